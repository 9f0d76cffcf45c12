import type { Handler } from '../admin.ts';

/** `GET /admin/backends`: the routing table as it is, and whether it is in step with the engine. */
export const backends: Handler = async ({ reply }, { table, sync, inFlight }) => {
  const { sequence, ...now } = { sequence: table().sequence, all: table().backends() };
  const sorted = now.all.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  reply.json({
    sync: sync(),
    sequence,
    backends: sorted.map((backend) => ({ ...backend, inFlight: inFlight(backend.id) })),
  });
  return Promise.resolve();
};
