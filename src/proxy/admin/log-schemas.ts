/** What the admin API accepts in queries for logs. */
import type { Schema } from '../../funko/schema.ts';
import { flag } from './schemas.ts';

export const LOGS_QUERY: Schema = {
  type: 'object',
  properties: {
    follow: flag('Goes on until the client goes away.'),
    tail: {
      type: 'string',
      description: 'At most so many lines of what is there.',
      pattern: '^[0-9]{1,5}$|^100000$',
      allowed: 'a number of lines from 0 to 100000',
    },
    since: {
      type: 'string',
      description: 'Only what was written from then on.',
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$',
      allowed: 'a time such as 2026-01-31T12:00:00Z',
    },
    previous: flag('What instances wrote that are gone.'),
    instance: { type: 'string', description: 'Only this instance: its name, or its number.', maxLength: 255 },
  },
  additionalProperties: false,
};
