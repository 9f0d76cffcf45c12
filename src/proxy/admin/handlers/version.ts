import type { Handler } from '../admin.ts';

/** `GET /admin/version`: what runs here. */
export const version: Handler = async ({ reply, signal }, { funkos }) => {
  reply.json(await funkos.where(signal));
};
