/** The body of what is done with one container: `adopt` and `release`. */
import type { Schema } from '../../../funko/manifest/json-schema.ts';

export interface ContainerBody {
  readonly container: string;
}

export const CONTAINER_BODY: Schema = {
  type: 'object',
  allowed: 'a JSON object',
  properties: {
    container: {
      type: 'string',
      description: "A container's name or ID; to release, also a funko's name.",
      pattern: '^[a-zA-Z0-9][a-zA-Z0-9_.@-]{0,254}$',
      allowed: 'the name or ID of a container',
    },
  },
  required: ['container'],
  additionalProperties: false,
};
