/** The keys of funko.yml that say how the engine runs a funko's containers. Pure. */
import {
  FUNKO_PORT,
  HEALTH_PATH_PATTERN,
  HEALTH_PATH_RULE,
  MAX_HEALTH_PATH_CHARACTERS,
  NAME_PATTERN,
} from '../naming/names.ts';
import { SECRETS_FOLDER, SECRET_PATTERN, SECRET_RULE } from '../naming/secret-names.ts';
import type { Schema } from './json-schema.ts';
import { LABEL } from '../naming/labels.ts';
import {
  DEFAULT_CHECK_INTERVAL_SECONDS,
  DEFAULT_CHECK_RETRIES,
  DEFAULT_CHECK_TIMEOUT_SECONDS,
  DEFAULT_MEMORY,
  DEFAULT_PIDS,
} from '../defaults.ts';

const MOST_CPUS = 1024;
const MOST_SECONDS = 3600;

const RESOURCES: Schema = {
  type: ['object', 'null'],
  description:
    'The limits of each instance. `memory`: memory without swap; a program that uses more is killed and started again (default: ' +
    `${DEFAULT_MEMORY}). \`cpus\`: the number of processors, such as 0.5 (default: no limit). \`pids\`: processes and threads (default: ` +
    `${DEFAULT_PIDS}).`,
  allowed: 'a mapping with "memory", "cpus" or "pids"',
  properties: {
    memory: {
      type: 'string',
      // The engine starts nothing with less.
      pattern: '^(([6-9]|[1-9][0-9]{1,6}) ?MiB|[1-9][0-9]{0,3} ?GiB)$',
      allowed: 'a text from "6 MiB" to "9999 GiB", such as "256 MiB" or "2 GiB"',
    },
    cpus: {
      type: 'number',
      minimum: 0.01,
      maximum: MOST_CPUS,
      allowed: `a number from 0.01 to ${MOST_CPUS}`,
    },
    pids: { type: 'integer', minimum: 1, maximum: 4_194_304 },
  },
  additionalProperties: false,
  examples: [{ memory: '256 MiB', cpus: 0.5 }],
};

const PORT: Schema = {
  type: ['integer', 'null'],
  description:
    'The port that the program listens on, on all addresses (0.0.0.0) of its container. The program finds it in the environment ' +
    `variable \`PORT\`, which \`env\` can overwrite. Left out: ${FUNKO_PORT}, or the image’s label \`${LABEL.port}\`. Set it for a ` +
    `Dockerfile or a start command of your own; the servers that runtimes bring listen on ${FUNKO_PORT}.`,
  minimum: 1,
  maximum: 65_535,
  allowed: 'a whole number from 1 to 65535',
  examples: [8080],
};

const READONLY: Schema = {
  type: ['boolean', 'null'],
  description:
    'Whether the file system of the containers is read-only. `/tmp` (in memory) and the volumes stay writable. Left out: it is ' +
    'writable.',
  allowed: 'true or false',
  examples: [true],
};

const USER: Schema = {
  type: ['string', 'integer', 'null'],
  description:
    'The user, or user and group, that the program runs as. Left out: the user that the image names.',
  minimum: 0,
  pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$',
  allowed: 'a user’s name or number, or "USER:GROUP"',
  examples: ['1000:1000'],
};

/** What of Docker's default capabilities a funko can have. NET_RAW is not among them: with it an instance could pose as another one. */
const CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

const CAPABILITIES_KEY: Schema = {
  type: ['array', 'null'],
  description:
    'Linux capabilities that a program running as root has. Left out: none, so root has no more rights than other users. Many servers ' +
    'start as root and then switch to another user; they need `CHOWN`, `DAC_OVERRIDE`, `SETGID` and `SETUID` (Debian’s nginx does). ' +
    '`CHOWN`: give files to other users. `DAC_OVERRIDE`: read and write files of other users. `FOWNER`: change modes and times of ' +
    'files of other users. `FSETID`: keep the setuid and setgid bits of files that it changes. `KILL`: signal processes of other ' +
    'users. `SETGID`, `SETUID`: switch to another group or user. `SETPCAP`: drop capabilities. `NET_BIND_SERVICE`: listen on ports ' +
    'below 1024, on engines that forbid it (Docker allows it). `SYS_CHROOT`: call chroot. `AUDIT_WRITE`: write to the kernel’s audit ' +
    'log. Other capabilities can’t be given, and a program that runs as another user than root gets none.',
  allowed: `a list of some of ${CAPABILITIES.join(', ')}`,
  maxItems: CAPABILITIES.length,
  items: { type: 'string', enum: CAPABILITIES, allowed: `one of ${CAPABILITIES.join(', ')}` },
  examples: [['CHOWN', 'SETGID', 'SETUID']],
};

const VOLUMES: Schema = {
  type: ['object', 'null'],
  description:
    'Folders whose files outlive the containers: a name for each, and its path in the containers. The Docker volume is ' +
    '`faaso-FUNKO.NAME`; all instances and versions share it, and `faaso remove` keeps it. A new volume starts with the files that ' +
    'the image has in that folder, and belongs to the user that the program runs as. An existing volume is left as it is: if it ' +
    'belongs to another user, `faaso up` says so and names the command that changes it. Folders of the host can’t be mounted.',
  allowed: 'a mapping of volumes’ names to folders',
  propertyNames: {
    type: 'string',
    pattern: NAME_PATTERN.source,
    not: { const: 'secrets' },
    allowed: '1 to 40 characters: a-z, 0-9 and "-", with a letter or a digit at both ends, and not "secrets"',
  },
  additionalProperties: {
    type: 'string',
    pattern: '^(?!/(proc|sys|dev|run/secrets)(/|$))(?!.*//)(?!.*/\\.{1,2}(/|$))/[^\\0:]*[^\\0:/]$',
    allowed:
      'the path of a folder in the container, such as "/var/lib/data", and not /, nor /proc, /sys, /dev, /run/secrets or below these',
  },
  examples: [{ data: '/var/lib/data' }],
};

const SECRETS: Schema = {
  type: ['array', 'null'],
  description:
    `Names of secrets. Each is a read-only file in \`${SECRETS_FOLDER}\` of the containers. \`faaso secret set\` sets the value, which is ` +
    'stored nowhere else. A changed value is in the file at once, without a restart. A version does not start while one of its ' +
    'secrets is not set.',
  allowed: 'a list of names',
  maxItems: 100,
  items: { type: 'string', pattern: SECRET_PATTERN.source, allowed: SECRET_RULE },
  examples: [['API_KEY', 'db-password']],
};

const GENERATED_SECRETS: Schema = {
  type: ['object', 'null'],
  description:
    'Secrets for which FaaSO makes a random value of letters and digits if they are not set when a version starts. They are for keys ' +
    'that nobody needs to know, such as Rails’ `SECRET_KEY_BASE` or Laravel’s `APP_KEY`. The number is the length of the value in ' +
    'characters. The value stays the same for all versions until `faaso secret set` changes it or `faaso secret remove` removes it. ' +
    'These names need not be listed under `secrets`.',
  allowed: 'a mapping of names to numbers of characters',
  propertyNames: { type: 'string', pattern: SECRET_PATTERN.source, allowed: SECRET_RULE },
  additionalProperties: {
    type: 'integer',
    minimum: 16,
    maximum: 1024,
    allowed: 'a whole number from 16 to 1024',
  },
  examples: [{ SECRET_KEY_BASE: 128 }],
};

const HEALTHCHECK: Schema = {
  type: ['object', 'null'],
  description:
    'How FaaSO finds out whether an instance can take requests. `path`: a path that answers with a status below 400 when the instance ' +
    'is ready. Left out: the path of the runtime; with a Dockerfile of your own, an instance is ready when its port accepts ' +
    'connections. `command`: a program and its arguments, which Docker runs in the container every `interval` seconds ' +
    `(${DEFAULT_CHECK_INTERVAL_SECONDS}) for at most \`timeout\` seconds (${DEFAULT_CHECK_TIMEOUT_SECONDS}). A new instance gets ` +
    'requests when both have succeeded; until then the command runs every second. If that takes too long, the deploy fails and the ' +
    `old version stays in service. After \`retries\` failures in a row (${DEFAULT_CHECK_RETRIES}), an instance gets no requests until ` +
    'the command succeeds again. Without a `command`, the same holds for the `HEALTHCHECK` of the image, if it has one.',
  allowed: 'a mapping with "path", "command", "interval", "timeout" or "retries"',
  properties: {
    path: {
      type: 'string',
      maxLength: MAX_HEALTH_PATH_CHARACTERS,
      pattern: HEALTH_PATH_PATTERN.source,
      allowed: `${HEALTH_PATH_RULE}, of at most ${MAX_HEALTH_PATH_CHARACTERS} characters`,
    },
    command: {
      type: 'array',
      maxItems: 100,
      items: { type: 'string', allowed: 'a text (put it in quotes)' },
      allowed: 'a list of texts: a program and its arguments',
    },
    interval: { type: 'number', minimum: 1, maximum: MOST_SECONDS },
    timeout: { type: 'number', minimum: 1, maximum: MOST_SECONDS },
    retries: { type: 'integer', minimum: 1, maximum: 100 },
  },
  additionalProperties: false,
  examples: [{ path: '/healthy' }, { command: ['node', 'check.js'], interval: 10 }],
};

const RESTART: Schema = {
  type: ['string', 'null'],
  description:
    'When the engine starts an instance again whose program ended, or after a reboot of the machine. `unless-stopped`: unless ' +
    'somebody stopped it. `always`: always. `on-failure`: only after a failure. `no`: never. Left out: `unless-stopped`.',
  enum: ['unless-stopped', 'always', 'on-failure', 'no', null],
  allowed: 'one of "unless-stopped", "always", "on-failure", "no"',
  examples: ['on-failure'],
};

/** Key → its schema. */
export const CONTAINER_KEYS = {
  port: PORT,
  resources: RESOURCES,
  readonly: READONLY,
  user: USER,
  capabilities: CAPABILITIES_KEY,
  secrets: SECRETS,
  generated_secrets: GENERATED_SECRETS,
  volumes: VOLUMES,
  healthcheck: HEALTHCHECK,
  restart: RESTART,
} as const;
