/**
 * One HTTP request, as undici's `request` makes it, with its dispatcher alone: the whole package brings fetch, WebSocket and caches
 * along, 50 ms of each command that talks to a server.
 */
import { createRequire } from 'node:module';
import type * as undici from 'undici';

type Options = Omit<undici.Dispatcher.RequestOptions, 'origin' | 'path'>;
type Response = Promise<undici.Dispatcher.ResponseData>;

const require = createRequire(import.meta.url);
const Agent = require('undici/lib/dispatcher/agent.js') as typeof undici.Agent;
const ask = require('undici/lib/api/api-request.js') as (
  this: undici.Dispatcher,
  options: undici.Dispatcher.RequestOptions,
) => Response;

const agent = new Agent();

/** Sends a request and gives the answer when its head is there. Throws the system's and undici's errors. */
export async function httpRequest(url: string, options: Options): Response {
  const { origin, pathname, search } = new URL(url);
  return ask.call(agent, { ...options, origin, path: pathname + search });
}
