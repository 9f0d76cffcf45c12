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
    'A command that runs once for each new version, before its first instance starts, such as a database migration. It runs in a ' +
    'container of its own from the version’s image, with the environment, secrets, volumes, network, user and limits of the ' +
    'instances. Its output is shown while it runs. If it exits with another code than 0, or runs longer than `timeouts.release`, the ' +
    'deploy fails and the version in service stays. A text is run by `sh -c`, a list is run directly; the image’s ENTRYPOINT is not ' +
    'used. After it has succeeded, the command is not repeated for that version by `scale`, `restart` or `rollback`. An interrupted ' +
    'command runs again with the next deploy, so it must be safe to run twice.',
  allowed: COMMAND_ALLOWED,
  ...COMMAND,
  examples: ['npm run migrate', ['python', 'manage.py', 'migrate', '--no-input']],
};

const WORKER: Schema = {
  type: ['string', 'array', 'object', 'null'],
  description:
    'A program without HTTP that runs beside the instances, such as a queue consumer or a scheduler. It runs from the same image, ' +
    'with the same environment, secrets, volumes, network, user and limits, in containers of its own that get no requests. For ' +
    'several programs, write a mapping of names to commands, or of names to `command` and `scale` (the number of containers, default ' +
    '1). A text is run by `sh -c`, a list is run directly; the image’s ENTRYPOINT is not used. New workers start together with the ' +
    'first new instance. If one ends while new instances are watched, the deploy fails and the old workers stay. When the new version ' +
    'is in service, the old workers get the stop signal; after `timeouts.drain` seconds (30) they are killed. `restart` says what ' +
    'happens to a worker that ends later.',
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
