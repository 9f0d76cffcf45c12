import type { Handler } from '../admin.ts';
import { readJson } from '../body.ts';
import type { RollOutOptions } from '../../../api/funko-api.ts';
import { ROLL_OUT, checker } from '../schemas.ts';
import type { Schema } from '../../../funko/manifest/json-schema.ts';

const RESTART_BODY: Schema = {
  type: 'object',
  allowed: 'a JSON object',
  properties: ROLL_OUT,
  additionalProperties: false,
};
const checkBody = checker(RESTART_BODY, 'the body');

/** `POST /admin/funkos/NAME/restart`: replaces the instances in service by new ones; answers as `up` does. */
export const restart: Handler = async ({ request, reply, funko, signal }, { funkos }) => {
  const body = checkBody(await readJson(request)) as RollOutOptions;
  reply.expectLines();
  const onEvent = reply.progress.bind(reply);
  reply.result(await funkos.restart({ name: funko, ...body }, onEvent, signal));
};
