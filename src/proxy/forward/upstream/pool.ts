/** undici's Pool and Client alone: the package as a whole brings fetch, WebSocket and caches along, 6 MB in each worker that nothing here calls. */
import { createRequire } from 'node:module';
import type * as undici from 'undici';

const require = createRequire(import.meta.url);

export type Pool = undici.Pool;
export const Pool = require('undici/lib/dispatcher/pool.js') as typeof undici.Pool;
export const Client = require('undici/lib/dispatcher/client.js') as typeof undici.Client;
