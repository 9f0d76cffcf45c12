import type { Handler } from '../admin.ts';

/** `GET /admin/funkos`: all funkos. */
export const list: Handler = async ({ reply, signal }, { funkos }) => {
  reply.json({ funkos: await funkos.list(signal) });
};
