import type { Handler } from '../admin.ts';
import { readJson } from '../body.ts';
import { checker } from '../schemas/validation.ts';
import { UP_BODY, type UpBody } from '../schemas/roll-out.ts';

const checkBody = checker(UP_BODY, 'the body');

/** `POST /admin/funkos/NAME/up`: puts a version into service; answers with progress and the result. */
export const up: Handler = async ({ request, reply, funko, signal }, { funkos }) => {
  const body = checkBody(await readJson(request)) as UpBody;
  reply.expectLines();
  const onEvent = reply.progress.bind(reply);
  reply.result(await funkos.up({ name: funko, ...body }, onEvent, signal));
};
