// What Dockerfile.ejs needs to know of a funko: its modules, which package it serves, and what starts it.
import { modulesOf, moduleFileOf } from './helpers/modules.mjs';
import { portOf } from './helpers/port.mjs';
import { programsOf } from './helpers/programs.mjs';

const PROGRAM = '/usr/local/bin/funko';
/** Words that no shell has to read. */
const PLAIN = /^[\w@%+=:,./ -]+$/;
/** Paths that need no quotes. */
const PLAIN_PATH = /^[\w@./+-]+$/;

export default function helpers(data) {
  return {
    words: () => wordsOf(data),
    word: wordOf,
    copyLine: copyLineOf,
    modules: () => modulesOf(data),
    moduleFile: () => moduleFileOf(data),
    programs: () => programsOf(data),
    port: () => portOf(data),
  };
}

/** A path of the folder, which may have any name, as a word of a shell. */
function wordOf(path) {
  return PLAIN_PATH.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function copyLineOf(paths, target) {
  const words = [...paths, target];
  return words.every((path) => PLAIN_PATH.test(path)) ? `COPY ${words.join(' ')}` : `COPY ${JSON.stringify(words)}`;
}

/** The image's command. An image without Debian has no shell. */
function wordsOf({ options, command, fail }) {
  const { start, ship_packages } = options;
  if (start.length === 0) return [PROGRAM];
  if (typeof start !== 'string' || ship_packages.length > 0) return command(start);
  if (PLAIN.test(start)) return start.trim().split(/ +/);
  return fail(
    `funko.yml: options.start is ${JSON.stringify(start)}, which needs a shell, and the image has none; name a Debian package in ` +
      'options.ship_packages, e.g. dash, or give a list of a program and its arguments',
  );
}
