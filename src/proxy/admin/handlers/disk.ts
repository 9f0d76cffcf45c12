import type { Handler } from '../admin.ts';

/** `GET /admin/disk`: what funkos and the build cache take on the engine's disk. */
export const disk: Handler = async ({ reply, signal }, { funkos }) => {
  reply.json(await funkos.disk(signal));
};
