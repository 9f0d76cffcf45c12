/** Which handler answers what. */
import createRouter from 'find-my-way';
import { FaasoError } from '../../errors.ts';
import type { Handler } from './admin.ts';
import { accessLog } from './handlers/access-log.ts';
import { adopt, release } from './handlers/adopt.ts';
import { backends } from './handlers/routing-table.ts';
import { build } from './handlers/build.ts';
import { disk } from './handlers/disk.ts';
import { setEnv, showEnv } from './handlers/env.ts';
import { exec } from './handlers/exec.ts';
import { down } from './handlers/down.ts';
import { list } from './handlers/list.ts';
import { metrics } from './handlers/metrics.ts';
import { prune } from './handlers/prune.ts';
import { logs } from './handlers/logs.ts';
import { remove } from './handlers/remove.ts';
import { restart } from './handlers/restart.ts';
import { rollback } from './handlers/rollback.ts';
import { scale, showScale } from './handlers/scale.ts';
import { listSecrets, removeSecret, setSecret } from './handlers/secret.ts';
import { show } from './handlers/show.ts';
import { showSplit, split } from './handlers/split.ts';
import { up } from './handlers/up.ts';
import { version } from './handlers/version.ts';
import { AdminRefusal } from './refusal.ts';

export interface Route {
  /** For the log. */
  readonly operation: string;
  readonly handle: Handler;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;
/** The longest name that Docker gives a container, percent-encoded. */
const LONGEST_NAME = 3 * 255;

const ROUTES: readonly (readonly [(typeof METHODS)[number], string, Route])[] = [
  ['GET', '/admin/version', { operation: 'version', handle: version }],
  ['GET', '/admin/backends', { operation: 'backends', handle: backends }],
  ['GET', '/admin/metrics', { operation: 'metrics', handle: metrics }],
  ['GET', '/admin/disk', { operation: 'disk', handle: disk }],
  ['GET', '/admin/requests', { operation: 'requests', handle: accessLog }],
  ['POST', '/admin/release', { operation: 'release', handle: release }],
  ['POST', '/admin/prune', { operation: 'prune', handle: prune }],
  ['GET', '/admin/funkos', { operation: 'list', handle: list }],
  ['GET', '/admin/funkos/:funko', { operation: 'show', handle: show }],
  ['DELETE', '/admin/funkos/:funko', { operation: 'remove', handle: remove }],
  ['POST', '/admin/funkos/:funko/versions', { operation: 'build', handle: build }],
  ['POST', '/admin/funkos/:funko/up', { operation: 'up', handle: up }],
  ['POST', '/admin/funkos/:funko/rollback', { operation: 'rollback', handle: rollback }],
  ['POST', '/admin/funkos/:funko/restart', { operation: 'restart', handle: restart }],
  ['GET', '/admin/funkos/:funko/scale', { operation: 'scale', handle: showScale }],
  ['POST', '/admin/funkos/:funko/scale', { operation: 'scale', handle: scale }],
  ['GET', '/admin/funkos/:funko/split', { operation: 'split', handle: showSplit }],
  ['POST', '/admin/funkos/:funko/split', { operation: 'split', handle: split }],
  ['GET', '/admin/funkos/:funko/logs', { operation: 'logs', handle: logs }],
  ['GET', '/admin/funkos/:funko/env', { operation: 'env', handle: showEnv }],
  ['POST', '/admin/funkos/:funko/env', { operation: 'set env', handle: setEnv }],
  ['GET', '/admin/funkos/:funko/secrets', { operation: 'secrets', handle: listSecrets }],
  ['PUT', '/admin/funkos/:funko/secrets/:key', { operation: 'set secret', handle: setSecret }],
  ['DELETE', '/admin/funkos/:funko/secrets/:key', { operation: 'remove secret', handle: removeSecret }],
  ['POST', '/admin/funkos/:funko/exec', { operation: 'exec', handle: exec }],
  ['POST', '/admin/funkos/:funko/adopt', { operation: 'adopt', handle: adopt }],
  ['POST', '/admin/funkos/:funko/down', { operation: 'down', handle: down }],
];

export interface FoundRoute {
  readonly route: Route;
  /** Empty where the path has none. */
  readonly funko: string;
  /** Of a secret; empty where the path has none. */
  readonly key: string;
}

/**
 * Makes the look-up of routes. Its paths are those of the request line, `/admin` included.
 * The look-up throws `not_found`, `method_not_allowed` with the header Allow (RFC 9110, 15.5.6), `bad_request`.
 */
export function routes(): (method: string, target: string) => FoundRoute {
  const router = createRouter({ maxParamLength: LONGEST_NAME, onBadUrl: () => undefined });
  for (const [method, path, route] of ROUTES) router.on(method, path, () => undefined, route);
  return (method, target) => {
    const path = target.split('?', 1)[0] ?? '';
    const find = (one: (typeof METHODS)[number]): FoundRoute | undefined => {
      const found = router.find(one, path);
      if (found === null || Object.values(found.params).includes('')) return undefined;
      if (!isRoute(found.store))
        throw new FaasoError('bad_request', `The path ${path} holds a broken % code.`);
      const { funko = '', key = '' } = found.params;
      return { route: found.store, funko, key };
    };
    const known = METHODS.find((one) => one === method);
    const found = known && find(known);
    if (found) return found;
    throw missing(
      method,
      path,
      METHODS.filter((one) => find(one) !== undefined),
    );
  };
}

/** The router finds a handler of its own for a path that can't be decoded; that has no route of ours. */
function isRoute(store: unknown): store is Route {
  return typeof store === 'object' && store !== null && 'operation' in store;
}

function missing(method: string, path: string, allowed: readonly string[]): FaasoError {
  if (allowed.length === 0) {
    return new FaasoError(
      'not_found',
      `The admin API has no ${path}. See docs/admin-api.md for what it has.`,
    );
  }
  const message = `${path} does not take ${method}. Allowed: ${allowed.join(', ')}.`;
  return new AdminRefusal('method_not_allowed', message, { headers: { allow: allowed.join(', ') } });
}
