/** Of settings, files, memory, ports and commands. */
import type { Text } from './text.ts';

export const SYSTEM_TEXTS: readonly Text[] = [
  {
    what: 'the same, as bash sees it',
    log: 'bash: line 1: ./serve.sh: cannot execute: required file not found',
    help: /no \.\/serve\.sh, or .*Windows/,
  },
  {
    what: 'a script with Windows line ends, as a shell sees it',
    log: 'sh: 1: exec: ./serve.sh: not found',
    help: /no \.\/serve\.sh, or .*Windows/,
  },
  {
    what: 'a variable that Python misses',
    log: "KeyError: 'DATABASE_URL'",
    help: /variable DATABASE_URL is not set.*faaso env set shop DATABASE_URL=VALUE/,
  },
  { what: 'a variable that Ruby misses', log: 'key not found: "REDIS_URL" (KeyError)', help: /REDIS_URL/ },
  {
    what: 'a variable that Prisma misses',
    log: 'error: Environment variable not found: DATABASE_URL.',
    help: /DATABASE_URL/,
  },
  {
    what: 'a variable that django-environ misses',
    log: 'django.core.exceptions.ImproperlyConfigured: Set the STRIPE_KEY environment variable',
    help: /STRIPE_KEY/,
  },
  {
    what: 'a variable that decouple misses',
    log: 'decouple.UndefinedValueError: STRIPE_KEY not found. Declare it as envvar or define a default value.',
    help: /STRIPE_KEY/,
  },
  {
    what: 'a variable that envconfig misses',
    log: 'required key APP_TOKEN missing value',
    help: /APP_TOKEN/,
  },
  {
    what: 'a variable in words of one’s own',
    log: 'Error: Missing required environment variable: API_TOKEN',
    help: /API_TOKEN/,
  },
  {
    what: 'a variable in other words',
    log: 'Error: environment variable API_TOKEN is not set',
    help: /API_TOKEN/,
  },
  { what: 'a variable in few words', log: 'Error: API_TOKEN is required', help: /API_TOKEN/ },
  {
    what: 'Rails without its key',
    log: "ArgumentError: Missing `secret_key_base` for 'production' environment, set this string with `bin/rails credentials:edit`",
    help: /generated_secrets/,
  },
  {
    what: 'Laravel without its key',
    log: 'Illuminate\\Encryption\\MissingAppKeyException: No application encryption key has been specified.',
    help: /APP_KEY/,
  },
  {
    what: 'Django without its key',
    log: 'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.',
    help: /SECRET_KEY/,
  },
  {
    what: 'Django that refuses the host',
    log: "Invalid HTTP_HOST header: '172.18.0.3:3000'. You may need to add '172.18.0.3' to ALLOWED_HOSTS.",
    help: /ALLOWED_HOSTS/,
  },
  {
    what: 'Rails that refuses the host',
    log: '[ActionDispatch::HostAuthorization::DefaultResponseApp] Blocked hosts: 172.18.0.3:3000',
    help: /config\.hosts/,
  },
  {
    what: 'a port that is taken',
    log: 'Error: listen EADDRINUSE: address already in use :::3000',
    help: /same port/,
  },
  {
    what: 'a port that Python finds taken',
    log: 'OSError: [Errno 98] Address already in use',
    help: /same port/,
  },
  { what: 'a low port', log: 'Error: listen EACCES: permission denied 0.0.0.0:80', help: /below 1024/ },
  {
    what: 'Node.js out of memory',
    log: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    help: /resources\.memory.*max-old-space-size/,
  },
  {
    what: 'Java out of memory',
    log: 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
    help: /Java heap space.*resources\.memory/,
  },
  {
    what: 'PHP out of memory',
    log: 'PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)',
    help: /memory_limit/,
  },
  { what: 'too many threads', log: "RuntimeError: can't start new thread", help: /resources\.pids/ },
  { what: 'a full disk', log: "Error: ENOSPC: no space left on device, write '/data/x'", help: /disk/ },
  {
    what: 'a read-only file system',
    log: "OSError: [Errno 30] Read-only file system: '/funko/cache'",
    help: /readonly: true/,
  },
  { what: 'Windows line ends', log: "/usr/bin/env: 'node\\r': No such file or directory", help: /line ends/ },
  { what: 'a shell that knows no program', log: 'sh: 1: gunicorn: not found', help: /no program "gunicorn"/ },
  {
    what: 'bash that knows no program',
    log: 'bash: line 1: uvicorn: command not found',
    help: /no program "uvicorn"/,
  },
  {
    what: 'a script that may not be run',
    log: 'sh: 1: ./start.sh: Permission denied',
    help: /\.\/start\.sh may not be run: chmod/,
  },
  {
    what: 'a folder that may not be written to',
    log: "Error: EACCES: permission denied, mkdir '/funko/uploads'",
    help: /\/funko\/uploads.*volume/,
  },
  {
    what: 'a file that Python may not write',
    log: "PermissionError: [Errno 13] Permission denied: '/funko/app.log'",
    help: /\/funko\/app\.log/,
  },
  {
    what: 'a file that Go may not write',
    log: 'open /funko/app.log: permission denied',
    help: /\/funko\/app\.log/,
  },
  {
    what: 'a log that Laravel may not write',
    log: 'The stream or file "/funko/storage/logs/laravel.log" could not be opened in append mode: Failed to open stream: Permission denied',
    help: /laravel\.log/,
  },
  { what: 'SQLite’s file', log: 'sqlite3.OperationalError: unable to open database file', help: /SQLite/ },
];

/** The same of what the engine says, or how the program ended. */
export const END_TEXTS: readonly Text[] = [
  {
    what: 'a name that tini does not find',
    log: '[FATAL tini (7)] exec gunicorn failed: No such file or directory',
    help: /no program "gunicorn"/,
  },
  {
    what: 'a program for another processor that a shell reads',
    log: '/app: 1: \x7fELF\x02\x01\x01: not found',
    help: /another processor/,
  },
  {
    what: 'a program that tini does not find',
    log: '[FATAL tini (7)] exec /no/such/program failed: No such file or directory',
    help: /program \/no\/such\/program is not in the image/,
  },
  {
    what: 'a program that tini may not run',
    log: '[FATAL tini (7)] exec ./server failed: Permission denied',
    help: /\.\/server may not be run/,
  },
  {
    what: 'a program that dumb-init does not find',
    log: '[dumb-init] nginxx: No such file or directory',
    help: /no program "nginxx"/,
  },
  {
    what: 'a command that is not there',
    log: 'starting container abc failed: failed to create task for container: OCI runtime create failed: runc create failed: unable to start container process: exec: "gunicorn": executable file not found in $PATH: unknown',
    help: /no program "gunicorn"/,
  },
  {
    what: 'a file that may not be run',
    log: 'OCI runtime create failed: unable to start container process: exec: "./server": permission denied: unknown',
    help: /\.\/server may not be run/,
  },
  {
    what: 'a program for another processor',
    log: 'exec /usr/local/bin/server: exec format error',
    help: /another processor/,
  },
  {
    what: 'a program without its loader',
    log: 'exec /usr/local/bin/server: no such file or directory',
    help: /the loader/,
  },
  { what: 'an end without a word', log: 'its program ended with exit code 0.', help: /must keep running/ },
  { what: 'a kill', log: 'its program ended with exit code 137.', help: /memory/ },
];
