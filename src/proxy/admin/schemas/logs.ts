/** What the admin API accepts in queries for logs. */
import { flag } from './validation.ts';
import type { Schema } from '../../../funko/manifest/json-schema.ts';

const TAIL: Schema = {
  type: 'string',
  description: 'At most N existing lines.',
  pattern: '^[0-9]{1,5}$|^100000$',
  allowed: 'a number of lines from 0 to 100000',
};

const SINCE: Schema = {
  type: 'string',
  description: 'Only lines written since that time.',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$',
  allowed: 'a time such as 2026-01-31T12:00:00Z',
};

export const LOGS_QUERY: Schema = {
  type: 'object',
  properties: {
    follow: flag('Goes on until the client goes away.'),
    tail: TAIL,
    since: SINCE,
    previous: flag('What instances wrote that are gone.'),
    instance: { type: 'string', description: 'Only this instance: its name, or its number.', maxLength: 255 },
  },
  additionalProperties: false,
};

export const ACCESS_LOG_QUERY: Schema = {
  type: 'object',
  properties: {
    funko: {
      description:
        'Only requests to this funko; several if it is there several times, all if it is left out.',
      type: ['string', 'array'],
      items: { type: 'string' },
      maxItems: 1000,
    },
    follow: flag('Goes on until the client goes away.'),
    tail: TAIL,
    since: SINCE,
  },
  additionalProperties: false,
};
