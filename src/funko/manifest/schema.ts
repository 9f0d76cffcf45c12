/**
 * funko.yml as a JSON Schema: the one place where its keys, their defaults and their descriptions are written down.
 * Validation, error messages and docs/funko-yml.md all come from here. Pure.
 */
import { CONTAINER_KEYS } from './container-schema.ts';
import { PROCESS_KEYS } from './process-schema.ts';
import { MOST_INSTANCES, NAME_PATTERN, NAME_RULE } from '../naming/names.ts';
import { TRAFFIC_KEYS } from './traffic-schema.ts';
import type { Schema } from './json-schema.ts';

/** The file that makes a folder a funko. */
export const MANIFEST_FILE = 'funko.yml';
/** The names that it may have. */
export const MANIFEST_FILES = [MANIFEST_FILE, 'funko.yaml'] as const;
/** The largest funko.yml that is read, in bytes. */
export const MAX_MANIFEST_BYTES = 64 * 1024;

/** The name of a runtime that comes with FaaSO or lies beside it. */
export const RUNTIME_NAME_PATTERN = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

const NAME: Schema = {
  type: 'string',
  description:
    'The name of the funko. It answers at `/funko/NAME/`, and on the machine of the proxy at `NAME.localhost`; its image is `faaso-NAME`, its containers are `faaso-NAME.N`.',
  allowed: NAME_RULE,
  pattern: NAME_PATTERN.source,
  not: { const: 'proxy' },
  examples: ['hello'],
};

const RUNTIME: Schema = {
  type: ['string', 'null'],
  description:
    'The runtime: its name, or the path, relative to the folder, of a runtime of your own. Leave it out if the folder has its own ' +
    '`Dockerfile`.',
  default: null,
  allowed:
    'the name of a runtime, a path that begins with "./", "../" or "/", or nothing if the folder has its own Dockerfile',
  pattern: `^\\.{0,2}/[^\\0]+$|${RUNTIME_NAME_PATTERN.source}`,
  examples: ['node', './my-runtime'],
};

const OPTIONS: Schema = {
  // "options:" with nothing (left) below it is YAML's null.
  type: ['object', 'null'],
  description: 'Options of the runtime; each runtime says which it has.',
  default: {},
  allowed: 'a mapping of option names to values',
  additionalProperties: {
    type: ['string', 'number', 'boolean', 'array'],
    allowed: 'a text, a number, true or false, or a list of texts',
    items: { type: 'string', allowed: 'a text (put it in quotes)' },
  },
  examples: [{ entry: 'main.js' }],
};

const BUILD: Schema = {
  type: ['object', 'null'],
  description:
    'Builds the folder first with the tools of another runtime. The image gets the result without the tools: with `runtime: static` ' +
    'and `build: { runtime: node }`, it serves what `npm run build` made. `options` are the options of that other runtime.',
  default: null,
  allowed: 'a mapping with "runtime"; a command is an option of the runtime',
  properties: {
    runtime: {
      type: 'string',
      allowed: 'the name of a runtime, or a path that begins with "./", "../" or "/"',
      pattern: `^\\.{0,2}/[^\\0]+$|${RUNTIME_NAME_PATTERN.source}`,
    },
    options: { ...OPTIONS, type: 'object' },
  },
  required: ['runtime'],
  additionalProperties: false,
  examples: [{ runtime: 'node' }, { runtime: 'node', options: { build: 'npm run docs' } }],
};

const ENV: Schema = {
  type: ['object', 'null'],
  description:
    'Environment variables of the containers. Numbers, `true` and `false` are passed on as they are written. The labels of the image ' +
    'contain them, so do not put secrets here.',
  default: {},
  allowed: 'a mapping of variable names to values',
  propertyNames: {
    type: 'string',
    pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
    allowed: 'letters, digits and "_", with no digit at the start',
  },
  additionalProperties: {
    type: ['string', 'number', 'boolean'],
    pattern: '^[^\\0]*$',
    allowed: 'a text without NUL, a number, true or false (for an empty value write "")',
  },
  examples: [{ GREETING: 'Good morning', LIMIT: 10 }],
};

const SCALE: Schema = {
  type: ['integer', 'null'],
  description:
    'The number of instances. Left out: a new version gets as many as the version before it, and the first version gets one. `faaso ' +
    'scale` changes the number for the version in service.',
  default: null,
  minimum: 1,
  maximum: MOST_INSTANCES,
  allowed: `a whole number from 1 to ${MOST_INSTANCES}`,
  examples: [3],
};

/** What other tools call it. */
const MEANT = {
  ports: 'port',
  expose: 'port',
  environment: 'env',
  envs: 'env',
  variables: 'env',
  lang: 'runtime',
  language: 'runtime',
  template: 'runtime',
  replicas: 'scale',
  instances: 'scale',
  memory: 'resources.memory',
  mem_limit: 'resources.memory',
  cpu: 'resources.cpus',
  cpus: 'resources.cpus',
  pids: 'resources.pids',
  health: 'healthcheck',
  health_check: 'healthcheck',
  read_only: 'readonly',
  mounts: 'volumes',
  volume: 'volumes',
  domain: 'hosts',
  domains: 'hosts',
  host: 'hosts',
  timeout: 'timeouts',
  release_command: 'release',
  predeploy: 'release',
  pre_deploy: 'release',
  workers: 'worker',
  processes: 'worker',
  background: 'worker',
  image: 'For an image that exists, write a Dockerfile with "FROM IMAGE" and leave "runtime" out.',
  command: 'A Dockerfile’s CMD is used; what a runtime starts is one of its "options".',
  cmd: 'A Dockerfile’s CMD is used; what a runtime starts is one of its "options".',
  start: 'What a runtime starts is one of its "options".',
  entrypoint: 'A Dockerfile’s ENTRYPOINT is used; what a runtime starts is one of its "options".',
} as const;

/** The schema of funko.yml. */
export const MANIFEST_SCHEMA: Schema = {
  type: 'object',
  allowed: 'a mapping with at least "name: …"',
  meant: MEANT,
  properties: {
    name: NAME,
    runtime: RUNTIME,
    options: OPTIONS,
    build: BUILD,
    env: ENV,
    scale: SCALE,
    ...PROCESS_KEYS,
    ...CONTAINER_KEYS,
    ...TRAFFIC_KEYS,
  },
  required: ['name'],
  additionalProperties: false,
};
