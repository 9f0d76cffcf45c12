/** The body of `prune`. */
import type { Schema } from '../../../funko/manifest/json-schema.ts';

export const PRUNE_BODY: Schema = {
  type: 'object',
  allowed: 'a JSON object',
  properties: {
    funkos: {
      type: 'array',
      description: 'Whose old versions go; those of all if left out.',
      items: { type: 'string', minLength: 1 },
    },
    keep: {
      type: 'integer',
      description: "How many of a funko's newest versions stay.",
      minimum: 1,
      maximum: 1000,
      allowed: 'a whole number from 1 to 1000',
    },
    bytes: {
      type: 'integer',
      description: "How much a funko's versions may take on the disk; 0 means any.",
      minimum: 0,
      allowed: 'a whole number of bytes, 0 or more',
    },
    cacheBytes: {
      type: 'integer',
      description: "How large the engine's build cache may be.",
      minimum: 0,
      allowed: 'a whole number of bytes, 0 or more',
    },
  },
  additionalProperties: false,
};
