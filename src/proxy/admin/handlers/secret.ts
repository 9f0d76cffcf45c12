import type { Handler } from '../admin.ts';
import { readBytes } from '../body.ts';
import { MOST_SECRET_BYTES } from '../../../funko/naming/secret-names.ts';

/** `GET /admin/funkos/NAME/secrets`: which secrets there are; never what is in them. */
export const listSecrets: Handler = async ({ reply, funko, signal }, { funkos }) => {
  reply.json(await funkos.secrets.list(funko, signal));
};

/** `PUT /admin/funkos/NAME/secrets/KEY`: the body is the value; answers with the result. */
export const setSecret: Handler = async ({ request, reply, funko, key, signal }, { funkos }) => {
  const value = await readBytes(request, MOST_SECRET_BYTES);
  reply.expectLines();
  reply.result(await funkos.secrets.set({ name: funko, key, value }, signal));
};

/** `DELETE /admin/funkos/NAME/secrets/KEY`: answers with the result. */
export const removeSecret: Handler = async ({ reply, funko, key, signal }, { funkos }) => {
  reply.expectLines();
  reply.result(await funkos.secrets.remove({ name: funko, key }, signal));
};
