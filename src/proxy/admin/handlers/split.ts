import type { Handler } from '../admin.ts';
import { readJson } from '../body.ts';
import { checker } from '../schemas/validation.ts';
import { SPLIT_BODY, type SplitBody } from '../schemas/roll-out.ts';

const checkBody = checker(SPLIT_BODY, 'the body');

/** `GET /admin/funkos/NAME/split`: how the requests are shared between two versions. */
export const showSplit: Handler = async ({ reply, funko, signal }, { funkos }) => {
  reply.json(await funkos.split({ name: funko }, () => undefined, signal));
};

/** `POST /admin/funkos/NAME/split`: shares the requests between two versions; answers as `up` does. */
export const split: Handler = async ({ request, reply, funko, signal }, { funkos }) => {
  const body = checkBody(await readJson(request)) as SplitBody;
  reply.expectLines();
  const onEvent = reply.progress.bind(reply);
  reply.result(await funkos.split({ name: funko, ...body }, onEvent, signal));
};
