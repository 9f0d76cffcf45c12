import type { Handler } from '../admin.ts';
import { readJson } from '../body.ts';
import { checker } from '../schemas/validation.ts';
import { ROLLBACK_BODY, type RollbackBody } from '../schemas/roll-out.ts';

const checkBody = checker(ROLLBACK_BODY, 'the body');

/** `POST /admin/funkos/NAME/rollback`: puts an older version into service; answers as `up` does. */
export const rollback: Handler = async ({ request, reply, funko, signal }, { funkos }) => {
  const body = checkBody(await readJson(request)) as RollbackBody;
  reply.expectLines();
  const onEvent = reply.progress.bind(reply);
  reply.result(await funkos.rollback({ name: funko, ...body }, onEvent, signal));
};
