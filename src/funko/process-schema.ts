/** The keys of funko.yml that say which other programs of a funko run than the one that answers requests. Pure. */
import type { Schema } from './schema.ts';

/** How long a release command may take unless `timeouts.release` says otherwise, in seconds. */
export const DEFAULT_RELEASE_SECONDS = 600;
const MOST_WORDS = 100;

/** A program: a text for the shell, or a list of a program and its arguments. */
const COMMAND = {
  // Something that is not blank, without NUL.
  pattern: '^[^\\0]*[^\\s\\0][^\\0]*$',
  maxLength: 4096,
  minItems: 1,
  maxItems: MOST_WORDS,
  items: { type: 'string', pattern: '^[^\\0]*$', allowed: 'a text (put it in quotes)' },
} as const;
const COMMAND_ALLOWED = 'a command, such as "npm run migrate", or a list of a program and its arguments';

const RELEASE: Schema = {
  type: ['string', 'array', 'null'],
  description:
    'A command that runs once for each new version, before its first instance starts: for migrations of a database and the like. It runs ' +
    'in a container of its own, made of the version’s image, with the environment, secrets, volumes, network, user and limits of the instances. What it ' +
    'writes is shown while it runs. If it fails (another exit code than 0, or longer than `timeouts.release`), the deploy ends, and what is in service ' +
    'stays untouched. A text is run by `sh -c`, a list as it is; the image’s ENTRYPOINT is not used. A command that has succeeded is not ' +
    'repeated for that version: not by `scale` or `restart`, nor by a `rollback` to it. An interrupted command runs again with the next ' +
    'deploy, so it should be one that can be repeated.',
  allowed: COMMAND_ALLOWED,
  ...COMMAND,
  examples: ['npm run migrate', ['python', 'manage.py', 'migrate', '--no-input']],
};

/** Key → its schema. */
export const PROCESS_KEYS = {
  release: RELEASE,
} as const;
