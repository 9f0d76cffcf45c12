/** What the admin API accepts in the query of a build. */
import { STAGE_PATTERN } from '../../../funko/naming/build.ts';
import {
  DEFAULT_HEALTH_PATH,
  HEALTH_PATH_PATTERN,
  HEALTH_PATH_RULE,
  MAX_HEALTH_PATH_CHARACTERS,
} from '../../../funko/naming/names.ts';
import { flag, type Flag } from './validation.ts';
import type { Schema } from '../../../funko/manifest/json-schema.ts';

/** The query of a build. */
export interface BuildQuery {
  readonly health: string;
  readonly content?: string;
  readonly force: Flag;
  readonly noCache: Flag;
  readonly pull: Flag;
  /** Each `NAME=VALUE`. */
  readonly buildArg: readonly string[];
  readonly target?: string;
  /** A number of bytes. */
  readonly preamble?: string;
}

export const BUILD_QUERY: Schema = {
  type: 'object',
  properties: {
    health: {
      type: 'string',
      description:
        'The path that answers when the funko is ready; empty: it is when its port accepts connections.',
      default: DEFAULT_HEALTH_PATH,
      maxLength: MAX_HEALTH_PATH_CHARACTERS,
      pattern: `${HEALTH_PATH_PATTERN.source}|^$`,
      allowed: `${HEALTH_PATH_RULE}, of at most ${MAX_HEALTH_PATH_CHARACTERS} characters, or nothing`,
    },
    content: {
      type: 'string',
      description: 'The digest of the build context, as `faaso build` takes it.',
      pattern: '^[0-9a-f]{64}$',
      allowed: 'a SHA-256 in hex',
    },
    force: flag('Whether to make a version also of what the newest one was made of.'),
    noCache: flag('Whether to build every step without the cache.'),
    pull: flag('Whether to look for newer base images.'),
    buildArg: {
      type: 'array',
      description: "The Dockerfile's ARGs; may come more than once.",
      default: [],
      maxItems: 100,
      items: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*=', allowed: 'NAME=VALUE' },
    },
    target: {
      type: 'string',
      description: 'The stage of the Dockerfile that becomes the image; the last one if left out.',
      pattern: STAGE_PATTERN,
      allowed: 'the name of a stage',
    },
    preamble: {
      type: 'string',
      description:
        'How many bytes of the body come before the tar: a JSON object with secrets, a Dockerfile, or both.',
      pattern: '^[1-9][0-9]{0,8}$',
      allowed: 'a number of bytes',
    },
  },
  additionalProperties: false,
};
