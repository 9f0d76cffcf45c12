/** The body of `env`. */
import type { Schema } from '../../../funko/manifest/json-schema.ts';
import { MOST_OVERLAY_BYTES, VARIABLE_PATTERN, VARIABLE_RULE } from '../../../funko/naming/env-overlay.ts';

const NAME: Schema = { type: 'string', pattern: VARIABLE_PATTERN.source, allowed: VARIABLE_RULE };

export const ENV_BODY: Schema = {
  type: 'object',
  allowed: 'a JSON object with "set" or "unset"',
  properties: {
    set: {
      type: 'object',
      description: 'Names and values to set.',
      allowed: 'a mapping of variable names to texts',
      propertyNames: NAME,
      additionalProperties: { type: 'string', maxLength: MOST_OVERLAY_BYTES, allowed: 'a text' },
      default: {},
    },
    unset: {
      type: 'array',
      description: 'Names whose set values go.',
      allowed: 'a list of variable names',
      items: NAME,
      default: [],
    },
  },
  additionalProperties: false,
};
