import type { Handler } from '../admin.ts';
import { LOGS_QUERY } from '../schemas/logs.ts';
import { checker, queryOf } from '../schemas/validation.ts';

const checkQuery = checker(LOGS_QUERY, 'the query');

interface LogsQuery {
  readonly follow: 'true' | 'false';
  readonly tail?: string;
  readonly since?: string;
  readonly instance?: string;
  readonly previous: 'true' | 'false';
}

/** `GET /admin/funkos/NAME/logs`: what its instances wrote, as lines; with `follow=true` until the client goes away. */
export const logs: Handler = async ({ reply, funko, query, signal }, { funkos }) => {
  const { follow, previous, tail, ...rest } = checkQuery(queryOf(query)) as LogsQuery;
  const request = {
    name: funko,
    follow: follow === 'true',
    ...(previous === 'true' ? { previous: true } : {}),
    ...rest,
    ...(tail === undefined ? {} : { tail: Number(tail) }),
  };
  reply.expectLines();
  const onLine = async (line: { readonly type: 'line' }): Promise<void> => {
    reply.progress(line);
    await reply.room();
  };
  reply.result(await funkos.logs(request, onLine, signal));
};
