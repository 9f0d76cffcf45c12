import { MOST_OVERLAY_BYTES, VARIABLE_PATTERN, VARIABLE_RULE } from '../../../funko/naming/env-overlay.ts';
import type { EnvRequest } from '../../../api/funko-api.ts';
import type { Handler } from '../admin.ts';
import { readJson } from '../body.ts';
import { checker } from '../schemas.ts';
import type { Schema } from '../../../funko/manifest/json-schema.ts';

const NAME: Schema = { type: 'string', pattern: VARIABLE_PATTERN.source, allowed: VARIABLE_RULE };

const ENV_BODY: Schema = {
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
const checkBody = checker(ENV_BODY, 'the body');

/** `GET /admin/funkos/NAME/env`: the environment variables of the version in service. */
export const showEnv: Handler = async ({ reply, funko, signal }, { funkos }) => {
  reply.json(await funkos.env({ name: funko }, signal));
};

/** `POST /admin/funkos/NAME/env`: makes a version with other variables; answers with one line, its result. */
export const setEnv: Handler = async ({ request, reply, funko, signal }, { funkos }) => {
  const body = checkBody(await readJson(request)) as Omit<EnvRequest, 'name'>;
  reply.expectLines();
  reply.result(await funkos.env({ name: funko, ...body }, signal));
};
