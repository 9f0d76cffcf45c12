import type { EnvRequest } from '../../../api/funko-api.ts';
import type { Handler } from '../admin.ts';
import { readJson } from '../body.ts';
import { checker } from '../schemas/validation.ts';
import { ENV_BODY } from '../schemas/env.ts';

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
