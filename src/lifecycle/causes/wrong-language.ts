/** Programs for another version of their language, or of another kind than they are taken for. */
import type { Cause } from './cause.ts';

const OTHER_NODE =
  'The runtime "node" brings Node.js 24. For another one give the folder a Dockerfile of its own, e.g. FROM node:22-slim.';

export const WRONG_LANGUAGE: readonly Cause[] = [
  {
    pattern: /Node\.js version "([^"]+)" is required/,
    help: `The program wants Node.js $1. ${OTHER_NODE}`,
  },
  {
    pattern:
      /requires (?:a minimum |at least )?Node(?:\.js)?(?: version)?(?: of)? v?([<>=^~\d][^"\n]*?)(?:\. |\.$|$)/i,
    help: `The program wants Node.js $1. ${OTHER_NODE}`,
  },
  {
    pattern: /The engine "node" is incompatible with this module\. Expected version "([^"]+)"/,
    help: `The program wants Node.js $1. ${OTHER_NODE}`,
  },
  {
    pattern:
      /Not compatible with your version of node\/npm: (\S+)|EBADENGINE|ERR_PNPM_UNSUPPORTED_ENGINE|Unsupported engine/,
    help: `A package wants another Node.js. ${OTHER_NODE}`,
  },
  { pattern: /No such built-in module: (node:\S+)/, help: `This Node.js has no module $1. ${OTHER_NODE}` },
  {
    pattern: /Cannot use import statement outside a module|Unexpected token 'export'/,
    help: 'It is an ES module that is not marked as one: write "type": "module" into package.json, or call the file .mjs.',
  },
  {
    pattern: /(require|module|exports|__dirname|__filename) is not defined in ES module scope/,
    help: 'It is a CommonJS file in a package of "type": "module": call the file .cjs, or use import in place of $1.',
  },
  {
    pattern: /ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX|is not supported in strip-only mode/,
    help: 'Node.js runs TypeScript whose types can be taken off, no enums, namespaces or parameter properties: have a script "build" in package.json compile it (tsc), and start what that makes.',
  },
  {
    pattern: /Unknown file extension "(\.\w+)"/,
    help: 'Node.js does not run $1 files: have a script "build" in package.json compile them, and start what that makes.',
  },
  {
    pattern: /SyntaxError: Unexpected token '<'$/,
    help: 'A file holds JSX, which Node.js does not run: have a script "build" in package.json compile it, and start what that makes.',
  },
  {
    pattern: /\b(Bun|Deno) is not defined/,
    help: 'The program is written for $1, and Node.js runs it: start it with $1.',
  },
  {
    pattern: /Missing script: "?([^"\s]+)"?|Command "([^"]+)" not found/,
    help: 'package.json has no such script ($1$2): write it under "scripts", or name another command as the option "start" in funko.yml.',
  },
  {
    pattern: /Your Ruby version is ([\d.]+), but your Gemfile specified (\S+)/,
    help: 'The image has Ruby $1, and the Gemfile asks for $2: fix the line "ruby" there, or give the folder a Dockerfile of its own.',
  },
  {
    pattern: /Composer dependencies require a PHP version "([^"]+)"\. You are running ([\d.]+)/,
    help: 'The image has PHP $2, and the packages ask for $1: fix "php" in composer.json and update, or give the folder a Dockerfile of its own.',
  },
  {
    pattern: /UnsupportedClassVersionError: (\S+)/,
    help: '$1 was compiled for a newer Java than the image has: compile it with --release of that one, or use an image with a newer Java.',
  },
];
