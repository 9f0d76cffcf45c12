// What Dockerfile.ejs needs to know of a funko: its modules, which package it serves, and what starts it.
import { modulesOf, moduleFileOf } from './helpers/modules.mjs';
import { portOf } from './helpers/port.mjs';
import { programsOf } from './helpers/programs.mjs';

const PROGRAM = '/usr/local/bin/funko';
/** Words that no shell has to read. */
const PLAIN = /^[\w@%+=:,./ -]+$/;

export default function helpers(data) {
  return {
    words: () => wordsOf(data),
    modules: () => modulesOf(data),
    moduleFile: () => moduleFileOf(data),
    programs: () => programsOf(data),
    port: () => portOf(data),
  };
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
