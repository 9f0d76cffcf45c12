import type { Handler } from '../admin.ts';

/** `DELETE /admin/funkos/NAME`: takes a funko away with all its versions; answers with the result. */
export const remove: Handler = async ({ reply, funko, signal }, { funkos }) => {
  reply.expectLines();
  reply.result(await funkos.remove(funko, signal));
};
