import type { PruneRequest } from '../../../api/funko-api.ts';
import type { Handler } from '../admin.ts';
import { readJson } from '../body.ts';
import { checker } from '../schemas/validation.ts';
import { PRUNE_BODY } from '../schemas/prune.ts';

const checkBody = checker(PRUNE_BODY, 'the body');

/** `POST /admin/prune`: removes old versions and build cache; answers with the result. */
export const prune: Handler = async ({ request, reply, signal }, { funkos }) => {
  const wanted = checkBody(await readJson(request)) as PruneRequest;
  reply.expectLines();
  reply.result(await funkos.prune(wanted, signal));
};
