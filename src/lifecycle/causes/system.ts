/** Programs that meet a limit of their container: its files, its memory, its ports, what it may run. */
import type { Cause } from './cause.ts';

const READ_ONLY =
  'The file system can’t be written to, since funko.yml says "readonly: true": have the program write to /tmp or a volume ("volumes" in funko.yml).';
const DENIED =
  'The program may not write or read $1 as the user that it runs as: give it a volume there ("volumes" in funko.yml), have it write to /tmp, or change the owner in a Dockerfile.';
const FILE_NOT_FOUND =
  'The image has no $1, or the program in its first line (#!) is not there, as with Windows line ends: those have to be LF alone.';
const NOT_FOUND =
  'The image has no program "$1$2": fix the command, or install it ("ship_packages" or the packages of the language).';
const MEMORY = 'raise "resources.memory" in funko.yml';

export const SYSTEM: readonly Cause[] = [
  {
    pattern:
      /EADDRINUSE:? address already in use [^\s:]*:*(\d+)|Address already in use|address already in use/,
    help: 'Two parts of the program listen on the same port: only one may use that of the variable PORT.',
  },
  {
    pattern:
      /listen EACCES|bind: permission denied|Permission denied - bind\(2\)|bind\(\) to \S+ failed \(13/,
    help: 'The program may not listen on a port below 1024 as the user that it runs as: have it listen on that of the variable PORT (3000).',
  },
  {
    pattern: /reached heap limit|heap out of memory/i,
    help: `Node.js has reached the limit of its heap: ${MEMORY}; where that is set already, also NODE_OPTIONS=--max-old-space-size=MEBIBYTES under "env".`,
  },
  {
    pattern: /OutOfMemoryError: (.+)/,
    help: `Java has no memory left ($1): ${MEMORY}, and -Xmx in JAVA_TOOL_OPTIONS where it is set.`,
  },
  {
    pattern: /Allowed memory size of (\d+) bytes exhausted/,
    help: 'PHP has reached its memory_limit of $1 bytes: raise it in a php.ini in the funko’s folder, or have the program take less.',
  },
  {
    pattern: /MemoryError\b|Cannot allocate memory|cannot allocate memory/,
    help: `The program has no memory left: ${MEMORY}.`,
  },
  {
    pattern: /can't start new thread|Resource temporarily unavailable|failed to create new OS thread/,
    help: 'The program may have no more threads and processes: raise "resources.pids" in funko.yml.',
  },
  {
    pattern: /ENOSPC|[Nn]o space left on device/,
    help: 'The disk of the engine is full, or /tmp is: see faaso doctor and faaso prune.',
  },
  { pattern: /EROFS|[Rr]ead-only file system/, help: READ_ONLY },
  {
    pattern: /'([\w.-]+)\\r'|\^M: bad interpreter|\$'\\r': command not found/,
    help: 'A script has Windows line ends: save it with LF alone (in .gitattributes: "*.sh text eol=lf").',
  },
  {
    pattern: /[Ee]xec format error|: \d+: \S*ELF\S*: not found|: 1: .*Syntax error: (?:word|"\(") unexpected/,
    help: 'The program is for another processor than the engine’s, or a script without a first line such as #!/bin/sh: build it for that processor, or write the line.',
  },
  {
    pattern: /exec: "([^"]+)": (?:executable file not found|stat [^:]+: no such file)/,
    help: NOT_FOUND,
  },
  {
    pattern:
      /exec:? "?([^"\s:]+)"?(?: failed)?: [Pp]ermission denied|: ?\d*:? ?(\.?\/\S+): [Pp]ermission denied$/,
    help: 'The file $1$2 may not be run: chmod +x, in git also "git update-index --chmod=+x FILE".',
  },
  {
    pattern:
      /^(?:\/bin\/|\/usr\/bin\/)?(?:ba|da|a)?sh: (?:line )?(?:\d+: )?(?:exec: )?([^\s:]*\/[^\s:]+): (?:command )?(?:not found|No such file or directory|cannot execute: required file not found)$/,
    help: FILE_NOT_FOUND,
  },
  {
    pattern:
      /^(?:\/bin\/|\/usr\/bin\/)?(?:ba|da|a)?sh: (?:line )?(?:\d+: )?(?:exec: )?([^\s:]+): (?:command )?not found$/,
    help: NOT_FOUND,
  },
  { pattern: /env: [‘'`"]([^’'"]+)[’'"]: No such file or directory/, help: NOT_FOUND },
  { pattern: /exec ([^\s:/]+) failed: No such file|\[dumb-init\] ([^\s:/]+): No such file/, help: NOT_FOUND },
  {
    pattern: /exec ([^\s:]+)(?: failed)?: [Nn]o such file or directory|\[dumb-init\] ([^\s:]+): No such file/,
    help: 'The program $1$2 is not in the image, or what it needs to begin is not: the interpreter of its first line, or the loader of a program that is not linked statically.',
  },
  { pattern: /EACCES: permission denied, \w+ '([^']+)'/, help: DENIED },
  { pattern: /PermissionError: \[Errno 13\] Permission denied: '([^']+)'/, help: DENIED },
  { pattern: /Permission denied @ \w+ - (\S+)/, help: DENIED },
  { pattern: /(?:open|mkdir|create) (\/\S+): permission denied/, help: DENIED },
  { pattern: /stream or file "([^"]+)" could not be opened/, help: DENIED },
  { pattern: /The (\S+) directory must be present and writable/, help: DENIED },
  {
    pattern: /unable to open database file|attempt to write a readonly database/,
    help: 'SQLite’s file, and the folder that it lies in, must be writable for the user that the program runs as: put it into a volume ("volumes" in funko.yml).',
  },
  {
    pattern: /ended with exit code 137/,
    help: `Something killed the program, as the engine does with one that takes too much memory: ${MEMORY} if it needs more.`,
  },
  {
    pattern: /ended with exit code 139/,
    help: 'The program broke off with a segmentation fault: a native library may be for another version or another system.',
  },
  {
    pattern: /ended with exit code 0\b/,
    help: 'The program must keep running: start it in the foreground, without its daemon mode. A command that runs once and ends belongs to "release" in funko.yml.',
  },
];
