import type { Handler } from '../admin.ts';
import { readJson } from '../body.ts';
import { checker } from '../schemas/validation.ts';
import { SCALE_BODY, type ScaleBody } from '../schemas/roll-out.ts';

const checkBody = checker(SCALE_BODY, 'the body');

/** `GET /admin/funkos/NAME/scale`: how many instances are asked for, and which run. */
export const showScale: Handler = async ({ reply, funko, signal }, { funkos }) => {
  reply.json(await funkos.scale({ name: funko }, () => undefined, signal));
};

/** `POST /admin/funkos/NAME/scale`: asks for another number of instances; answers as `up` does. */
export const scale: Handler = async ({ request, reply, funko, signal }, { funkos }) => {
  const body = checkBody(await readJson(request)) as ScaleBody;
  reply.expectLines();
  const onEvent = reply.progress.bind(reply);
  reply.result(await funkos.scale({ name: funko, ...body }, onEvent, signal));
};
