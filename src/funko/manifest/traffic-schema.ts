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
    'How long the proxy waits for the funko, in seconds. `connect`: for a connection. `headers`: from the end of the request ' +
    'to the head of the answer. `idle`: for the next bytes of the answer; 0 means for ever, as event streams need it. What is ' +
    'left out is as the proxy’s own settings say. `drain`: for what is in flight to an instance that is to go, before it is ' +
    `stopped; ${DEFAULT_DRAIN_SECONDS} if left out. \`start\`: how long a new instance may take to get ready, if no \`--timeout\` is given; ${DEFAULT_START_SECONDS} if left out. ` +
    `\`release\`: how long the \`release\` command may take; ${DEFAULT_RELEASE_SECONDS} if left out.`,
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
    '`body`: the largest body of a request; a larger one is answered with 413 and its connection closed. 0 means any.',
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
    'How many requests the funko gets at the same time, over all its instances (`requests`). More wait in a queue (`queue` of them at ' +
    `most, ${DEFAULT_QUEUE} if left out) for a limited time (\`wait\` seconds, ${DEFAULT_WAIT_SECONDS} if left out), then they get a 503 with Retry-After. A number ` +
    'alone stands for `requests`.',
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
    'The host names under which the funko may be asked for; a request with another Host is answered with 421. ' +
    '`*.example.com` stands for every name below. Ports don’t matter. Left out: any.',
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
