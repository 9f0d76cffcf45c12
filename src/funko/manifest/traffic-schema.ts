/**
 * The keys of funko.yml that the proxy obeys when it forwards to the funko. The same keys, as JSON, are the value of the
 * label `faaso.traffic`, so that an unmanaged container can have them too. Pure.
 */
import {
  DEFAULT_DRAIN_SECONDS,
  DEFAULT_START_SECONDS,
  DEFAULT_RELEASE_SECONDS,
  DEFAULT_QUEUE,
  DEFAULT_WAIT_SECONDS,
} from '../defaults.ts';
import type { Schema } from './json-schema.ts';

/** A day: the longest that anything may be told to take. */
const MOST_SECONDS = 86_400;
const MOST_REQUESTS = 100_000;
const MOST_HOSTS = 100;

/** A host name that may be allowed, without a port: `shop.example.com`, `*.example.com`, `[::1]`. */
export const HOST_PATTERN = /^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^\[[0-9A-Fa-f:.]+\]$/;

const TIMEOUTS: Schema = {
  type: ['object', 'null'],
  description:
    'How long the proxy waits, in seconds. `connect`: for a connection to the funko. `headers`: from the end of the request to the ' +
    'head of the response. `idle`: between two pieces of a response body; 0 means without limit, as event streams need. For these ' +
    'three, the proxy’s settings are the defaults. `drain`: for requests in flight to an instance before it is stopped (default: ' +
    `${DEFAULT_DRAIN_SECONDS}). \`start\`: for a new instance to get ready, unless \`--timeout\` is given (default: ` +
    `${DEFAULT_START_SECONDS}). \`release\`: for the \`release\` command (default: ${DEFAULT_RELEASE_SECONDS}).`,
  allowed: 'a mapping with "connect", "headers", "idle", "drain", "start" or "release"',
  properties: {
    connect: seconds(0.001, 600),
    headers: seconds(0.001, MOST_SECONDS),
    idle: seconds(0, MOST_SECONDS),
    drain: seconds(0, 3600),
    start: seconds(0.001, 3600),
    release: seconds(0.001, MOST_SECONDS),
  },
  additionalProperties: false,
  examples: [{ connect: 0.5, headers: 120 }],
};

const LIMITS: Schema = {
  type: ['object', 'null'],
  description:
    '`body`: the largest body of a request. A larger one gets a 413, and its connection is closed. 0 means no limit.',
  allowed: 'a mapping with "body"',
  properties: {
    body: {
      type: ['string', 'integer'],
      pattern: '^[0-9]{1,12} ?(B|KiB|MiB|GiB)?$',
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      allowed: 'a number of bytes, or a text such as "10 MiB"',
    },
  },
  additionalProperties: false,
  examples: [{ body: '10 MiB' }],
};

const CONCURRENCY: Schema = {
  type: ['integer', 'object', 'null'],
  description:
    'The largest number of requests in flight to the funko, over all its instances (`requests`). Further requests wait: at most ' +
    `\`queue\` of them (default: ${DEFAULT_QUEUE}), each for at most \`wait\` seconds (default: ${DEFAULT_WAIT_SECONDS}). Requests beyond ` +
    'that get a 503 with Retry-After. A number alone stands for `requests`.',
  allowed: `a whole number from 1 to ${MOST_REQUESTS}, or a mapping with "requests", "queue" and "wait"`,
  minimum: 1,
  maximum: MOST_REQUESTS,
  properties: {
    requests: { type: 'integer', minimum: 1, maximum: MOST_REQUESTS },
    queue: { type: 'integer', minimum: 0, maximum: MOST_REQUESTS },
    wait: seconds(0.001, 3600),
  },
  required: ['requests'],
  additionalProperties: false,
  examples: [{ requests: 4, queue: 50, wait: 5 }],
};

const HOSTS: Schema = {
  type: ['array', 'null'],
  description:
    'The host names that the funko answers to; a request with another Host gets a 421. `*.example.com` stands for every name below ' +
    'example.com. Ports are ignored. Left out: all names.',
  allowed: 'a list of host names such as "shop.example.com" or "*.example.com"',
  maxItems: MOST_HOSTS,
  items: {
    type: 'string',
    maxLength: 253,
    pattern: HOST_PATTERN.source,
    allowed: 'a host name without a port, such as "shop.example.com" or "*.example.com"',
  },
  examples: [['shop.example.com', '*.shop.example.com']],
};

/** Key → its schema. */
export const TRAFFIC_KEYS = {
  timeouts: TIMEOUTS,
  limits: LIMITS,
  concurrency: CONCURRENCY,
  hosts: HOSTS,
} as const;

/** The schema of the label `faaso.traffic`. */
export const TRAFFIC_SCHEMA: Schema = {
  type: 'object',
  allowed: `a JSON object with some of ${Object.keys(TRAFFIC_KEYS).join(', ')}`,
  properties: TRAFFIC_KEYS,
  additionalProperties: false,
};

function seconds(minimum: number, maximum: number): Schema {
  return { type: 'number', minimum, maximum, allowed: `a number of seconds from ${minimum} to ${maximum}` };
}
