/** `detect` of runtime.yml as a JSON Schema. Pure. */
import type { Schema } from '../../funko/manifest/json-schema.ts';

const ONE_OR_MORE: Schema = {
  type: ['string', 'array'],
  minLength: 1,
  minItems: 1,
  items: { type: 'string', minLength: 1 },
  allowed: 'a text, or a list of texts',
};

const CONDITION: Readonly<Record<string, Schema>> = {
  file: { ...ONE_OR_MORE, description: 'Paths, as patterns of a .dockerignore; one must be there.' },
  dependency: {
    ...ONE_OR_MORE,
    description: 'Packages in package.json, with `*` for anything; one must be there.',
  },
  script: {
    type: ['string', 'array', 'object'],
    description:
      'Scripts in package.json, each with a regular expression if it is a mapping; one must be there.',
    items: { type: 'string', minLength: 1 },
    additionalProperties: { type: 'string' },
    allowed: 'the name of a script, a list of names, or a mapping of names to regular expressions',
  },
  text: {
    type: 'object',
    description: 'Patterns of files with a regular expression each; one must match.',
    additionalProperties: { type: 'string', minLength: 1 },
    allowed: 'a mapping of files to regular expressions',
  },
};

const ALLOWED = 'a mapping with "file", "dependency", "script" or "text"';
const ONE_CONDITION: Schema = {
  type: 'object',
  allowed: ALLOWED,
  properties: CONDITION,
  additionalProperties: false,
};

const RULE: Schema = {
  type: 'object',
  allowed: `${ALLOWED}, and "priority"`,
  properties: {
    name: { type: 'string', minLength: 1, description: 'What it finds, for people.' },
    ...CONDITION,
    all: { type: 'array', description: 'Conditions that must hold, too.', items: ONE_CONDITION },
    unless: {
      type: ['object', 'array'],
      description: 'What must not hold.',
      allowed: `${ALLOWED}, or a list of such`,
      properties: CONDITION,
      additionalProperties: false,
      items: ONE_CONDITION,
    },
    priority: { type: 'integer', minimum: 1, maximum: 99, description: 'How sure it is.' },
    options: {
      type: 'object',
      description: 'Options for funko.yml; texts are templates of one line.',
      additionalProperties: { type: ['string', 'number', 'boolean', 'array'] },
    },
    manifest: { type: 'object', description: 'More keys for funko.yml; texts are templates of one line.' },
    reason: { type: 'string', minLength: 1, description: 'A sentence: why these options. A template.' },
  },
  required: ['priority'],
  additionalProperties: false,
};

/** How a folder of a runtime is known. */
export const DETECT_SCHEMA: Schema = {
  type: 'array',
  description: 'Tells that a folder is of this runtime, for `faaso init` and `faaso deploy`.',
  default: [],
  allowed: 'a list of mappings with "priority" and a condition',
  items: RULE,
};
