/** contract.yml as a JSON Schema: what a runtime promises, as requests and the answers to them. Pure. */
import type { Schema } from '../funko/manifest/json-schema.ts';

/** How a file's path is written: relative, below the folder. */
const PATH: Schema = {
  type: 'string',
  pattern: '^(?!/)(?!(.*/)?\\.\\.?(/|$))[^\\0]+$',
  allowed: 'the path of a file in the funko\'s folder, e.g. "src/main.js"',
};

const RESPONSE: Schema = {
  type: 'object',
  properties: {
    status: { type: 'integer', minimum: 200, maximum: 599 },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    body: { type: 'string' },
    contains: { type: 'string' },
    json: {},
  },
  additionalProperties: false,
};

const EXCHANGE: Schema = {
  type: 'object',
  allowed: 'a mapping with at least "request: GET /…"',
  properties: {
    name: { type: 'string', minLength: 1 },
    request: {
      type: 'string',
      pattern: '^[A-Z]+ /[!-~]*$',
      allowed: 'a method and a path, e.g. "GET /?name=Ada"',
    },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    body: { type: ['string', 'object', 'array'] },
    response: RESPONSE,
  },
  required: ['request'],
  additionalProperties: false,
};

const EXCHANGES: Schema = { type: 'array', items: EXCHANGE };

const CHANGE = {
  file: PATH,
  find: { type: 'string', minLength: 1 },
  replace: { type: 'string' },
} satisfies Record<string, Schema>;

/** An edit that an earlier run has built would prove nothing. */
const NEVER_SEEN: Schema = {
  type: 'string',
  pattern: '\\{nonce\\}',
  allowed: 'a text with "{nonce}" in it, which becomes a word that was never seen before',
};

/** The schema of contract.yml. */
export const CONTRACT_SCHEMA: Schema = {
  type: 'object',
  allowed: 'a mapping with "requests", "slow", "error" and "edit"',
  properties: {
    requests: EXCHANGES,
    files: {
      type: 'object',
      default: {},
      propertyNames: PATH,
      additionalProperties: {
        type: ['string', 'object'],
        allowed: 'the text of the file, or "{ bytes: N }" for a file of that size',
        properties: { bytes: { type: 'integer', minimum: 1, maximum: 268_435_456 } },
        additionalProperties: false,
      },
    },
    slow: EXCHANGE,
    error: EXCHANGE,
    edit: {
      type: 'object',
      properties: {
        ...CHANGE,
        replace: NEVER_SEEN,
        cached: { type: 'string', minLength: 1 },
        then: EXCHANGE,
      },
      required: ['file', 'find', 'replace', 'then'],
      additionalProperties: false,
    },
    broken: {
      type: 'object',
      properties: { ...CHANGE, says: { type: 'string', minLength: 1 } },
      required: ['file', 'find', 'replace', 'says'],
      additionalProperties: false,
    },
    example: {
      type: 'object',
      properties: {
        folder: { type: 'string', minLength: 1 },
        secrets: { type: 'object', additionalProperties: { type: 'string' } },
        requests: EXCHANGES,
      },
      required: ['folder', 'requests'],
      additionalProperties: false,
    },
  },
  required: ['requests', 'slow', 'error', 'edit'],
  additionalProperties: false,
};
