import type { Handler } from '../admin.ts';

/** `GET /admin/funkos/NAME`: one funko. */
export const show: Handler = async ({ reply, funko, signal }, { funkos }) => {
  reply.json(await funkos.show(funko, signal));
};
