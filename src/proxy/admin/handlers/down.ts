import type { Handler } from '../admin.ts';

/** `POST /admin/funkos/NAME/down`: takes a funko out of service; answers with the result. */
export const down: Handler = async ({ reply, funko, signal }, { funkos }) => {
  reply.expectLines();
  reply.result(await funkos.down(funko, signal));
};
