/** runtime.yml as a JSON Schema. Pure. */
import { DEFAULT_HEALTH_PATH, HEALTH_PATH_PATTERN, HEALTH_PATH_RULE } from '../../funko/naming/names.ts';
import { DETECT_SCHEMA } from './detect-schema.ts';
import type { Schema } from '../../funko/manifest/json-schema.ts';

const OPTION: Schema = {
  type: 'object',
  allowed: 'a mapping with type, default and help',
  properties: {
    type: {
      type: ['string', 'array'],
      pattern: '^(string|number|integer|boolean|array)$',
      items: { type: 'string', enum: ['string', 'number', 'integer', 'boolean', 'array'] },
      allowed: 'one of "string", "number", "integer", "boolean", "array", or a list of these',
    },
    default: { type: ['string', 'number', 'boolean', 'array'] },
    help: { type: 'string', minLength: 1 },
    allowed: { type: 'string', description: 'What is allowed, to be read after "must be".' },
    enum: { type: 'array', items: { type: ['string', 'number'] } },
    pattern: { type: 'string' },
    minimum: { type: 'number' },
    maximum: { type: 'number' },
    minLength: { type: 'integer' },
    maxLength: { type: 'integer' },
    items: { type: 'object', description: 'JSON Schema of each member of a list.' },
  },
  required: ['type', 'default', 'help'],
  additionalProperties: false,
};

/** How `faaso dev` brings a change into a container that runs. */
const DEV: Schema = {
  type: 'object',
  allowed: 'a mapping with sync and reload',
  properties: {
    sync: {
      type: 'array',
      description: 'Where files of the build context lie in the container.',
      allowed: 'a list of mappings with "from" and "to"',
      items: {
        type: 'object',
        allowed: 'a mapping with "from" and "to"',
        properties: {
          from: {
            type: 'string',
            description:
              'A folder or file of the build context, or "." for all of it; a template of one line. Nothing if it is empty.',
          },
          to: {
            type: 'string',
            description: 'The same in the container.',
            pattern: '^/[^\\0]*$',
            allowed: 'an absolute path',
          },
        },
        required: ['from', 'to'],
        additionalProperties: false,
      },
    },
    reload: {
      type: 'string',
      description: 'What makes the program take the change.',
      pattern: '^(none|process|container|SIG[A-Z0-9]{1,12})$',
      allowed: '"none", "process", "container", or a signal for the first process, e.g. "SIGHUP"',
    },
    rebuild: {
      type: 'array',
      description: 'Files that only a build takes up, as patterns of a .dockerignore.',
      default: [],
      items: { type: 'string', minLength: 1 },
    },
  },
  required: ['sync', 'reload'],
  additionalProperties: false,
};

/** The schema of runtime.yml. */
export const RUNTIME_SCHEMA: Schema = {
  type: 'object',
  allowed: 'a mapping with at least "description: …"',
  properties: {
    description: { type: 'string', minLength: 1, description: 'One line: what funkos of this runtime are.' },
    version: {
      type: 'string',
      description: "The runtime's own version, for people.",
      pattern: '^[!-~]{1,40}$',
      allowed: 'a text without spaces in quotes, e.g. "1.0"',
    },
    health: {
      type: 'string',
      description:
        'The path that answers with a status below 400 when a funko is ready; nothing if it is when its port accepts connections. A template of one line.',
      default: DEFAULT_HEALTH_PATH,
      pattern: `${HEALTH_PATH_PATTERN.source}|^.*<%.*%>.*$|^$`,
      allowed: HEALTH_PATH_RULE,
    },
    needs: {
      type: 'array',
      description: 'Files that the build context must have.',
      default: [],
      items: { type: 'string', minLength: 1 },
    },
    detect: DETECT_SCHEMA,
    dev: DEV,
    options: {
      type: 'object',
      description: 'The options that funko.yml may set.',
      default: {},
      propertyNames: {
        pattern: '^[a-z][A-Za-z0-9_]*$',
        type: 'string',
        allowed: 'letters, digits and "_", with a small letter first',
      },
      additionalProperties: OPTION,
    },
  },
  required: ['description'],
  additionalProperties: false,
};
