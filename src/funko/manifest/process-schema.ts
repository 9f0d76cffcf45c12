/** The keys of funko.yml that say which other programs of a funko run than the one that answers requests. Pure. */
import { MOST_INSTANCES, NAME_PATTERN } from '../naming/names.ts';
import type { Schema } from './json-schema.ts';

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

const WORKER: Schema = {
  type: ['string', 'array', 'object', 'null'],
  description:
    'A program without HTTP that runs beside the instances: one that works off a queue, a scheduler. It is started from the same image, with ' +
    'the same environment, secrets, volumes, network, user and limits, in containers of its own that get no requests. Several programs ' +
    'have a name each, with the command or with `command` and `scale` (how many containers of it run; 1 if left out). A text is run by `sh -c`, a list ' +
    'as it is; the image’s ENTRYPOINT is not used. New workers start with the first new instance. One that ends while it is watched fails the ' +
    'deploy, and the old workers go on. When the new version is in service, the old ones get the stop signal, and are killed after ' +
    '`timeouts.drain` seconds (30). `restart` says what happens to a worker that ends later.',
  allowed: `${COMMAND_ALLOWED}, or a mapping of names to commands`,
  ...COMMAND,
  propertyNames: {
    type: 'string',
    pattern: NAME_PATTERN.source,
    allowed: '1 to 40 characters: a-z, 0-9 and "-", with a letter or a digit at both ends',
  },
  additionalProperties: {
    type: ['string', 'array', 'object'],
    allowed: `${COMMAND_ALLOWED}, or a mapping with "command" and "scale"`,
    ...COMMAND,
    properties: {
      command: { type: ['string', 'array'], allowed: COMMAND_ALLOWED, ...COMMAND },
      scale: {
        type: 'integer',
        minimum: 1,
        maximum: MOST_INSTANCES,
        allowed: `a whole number from 1 to ${MOST_INSTANCES}`,
      },
    },
    required: ['command'],
    additionalProperties: false,
  },
  examples: [
    'node worker.js',
    { mailer: 'node mailer.js', import: { command: ['./import', '--all'], scale: 2 } },
  ],
};

/** Key → its schema. */
export const PROCESS_KEYS = {
  release: RELEASE,
  worker: WORKER,
} as const;
