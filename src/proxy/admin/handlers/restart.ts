import type { Handler } from '../admin.ts';
import { readJson } from '../body.ts';
import type { RollOutOptions } from '../../../api/funko-api.ts';
import { checker } from '../schemas/validation.ts';
import { RESTART_BODY } from '../schemas/roll-out.ts';

const checkBody = checker(RESTART_BODY, 'the body');

/** `POST /admin/funkos/NAME/restart`: replaces the instances in service by new ones; answers as `up` does. */
export const restart: Handler = async ({ request, reply, funko, signal }, { funkos }) => {
  const body = checkBody(await readJson(request)) as RollOutOptions;
  reply.expectLines();
  const onEvent = reply.progress.bind(reply);
  reply.result(await funkos.restart({ name: funko, ...body }, onEvent, signal));
};
