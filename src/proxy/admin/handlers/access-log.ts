import type { Handler } from '../admin.ts';
import { ACCESS_LOG_QUERY } from '../schemas/logs.ts';
import { checker, queryOf, type Flag } from '../schemas/validation.ts';

const checkQuery = checker(ACCESS_LOG_QUERY, 'the query');

interface AccessLogQuery {
  readonly funko?: string | readonly string[];
  readonly follow: Flag;
  readonly tail?: string;
  readonly since?: string;
}

/** `GET /admin/requests`: the requests that funkos were sent, as lines; with `follow=true` until the client goes away. */
export const accessLog: Handler = async ({ reply, query, signal }, { funkos }) => {
  const { funko, follow, tail, since } = checkQuery(queryOf(query)) as AccessLogQuery;
  const request = {
    ...(funko === undefined ? {} : { funkos: [funko].flat() }),
    follow: follow === 'true',
    ...(tail === undefined ? {} : { tail: Number(tail) }),
    ...(since === undefined ? {} : { since }),
  };
  reply.expectLines();
  const onEntry = async (entry: { readonly type: 'request' }): Promise<void> => {
    reply.progress(entry);
    await reply.room();
  };
  reply.result(await funkos.accessLog(request, onEntry, signal));
};
