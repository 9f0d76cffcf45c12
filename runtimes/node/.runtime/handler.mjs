// From what a module exports to a handler (request, response).
import { METHODS, Server } from 'node:http';
import { fetchHandler } from './fetch.mjs';
import { PlainError } from './plain-error.mjs';

/** Workers and Bun call these; here nobody does. */
const NEVER_CALLED = ['scheduled', 'queue', 'email', 'tail', 'websocket'];
const MOST_NAMES = 5;

/**
 * The handler, and the listener of upgrades if there is one; no handler if the application listens by itself now.
 * Throws PlainError if nothing of the exports answers requests, and what an application throws that does not get ready.
 */
export async function handlerOf(module, { file, port }) {
  // CommonJS that was compiled from ES modules has its default export one level deeper.
  const named = module.default?.__esModule ? module.default : module;
  const first = await (named.default ?? (named === module ? undefined : named));
  const exported = isNothing(first) ? { ...named, default: undefined } : first;
  const handler = await byKind(exported, port);
  if (handler === null) {
    const exportsSomething = typeof exported !== 'object' || namesOf(exported).length > 0;
    throw new PlainError(sentenceOf(exported, file, port), { isHint: true, exportsSomething });
  }
  sayNeverCalled(exported, file);
  return { handler, upgrade: module.upgrade ?? exported.upgrade ?? upgradesOf(exported) };
}

function isNothing(value) {
  return value === undefined || value === null || (isPlain(value) && Object.keys(value).length === 0);
}

/** Undefined: it listens; null: it is nothing that answers requests. */
async function byKind(exported, port) {
  if (exported instanceof Server) return (request, response) => void exported.emit('request', request, response);
  if (has(exported, 'ready', 'routing')) return fastify(exported);
  if (has(exported, 'callback', 'use')) return exported.callback();
  if (has(exported, 'fetch')) return fetchHandler(exported.fetch.bind(exported));
  if (typeof exported === 'function') return takesResponse(exported) ? exported : fetchHandler(exported);
  if (exported.listener instanceof Server) return hapi(exported);
  const methods = METHODS.filter((method) => has(exported, method));
  if (methods.length > 0) return fetchHandler(byMethod(exported, methods));
  if (!has(exported, 'listen')) return null;
  await exported.listen(port);
  return undefined;
}

function has(object, ...names) {
  return names.every((name) => typeof object[name] === 'function');
}

async function fastify(app) {
  await app.ready();
  return app.routing;
}

async function hapi(server) {
  await server.initialize?.();
  return (request, response) => void server.listener.emit('request', request, response);
}

function upgradesOf(exported) {
  if (!(exported instanceof Server) || exported.listenerCount('upgrade') === 0) return undefined;
  return (request, socket, head) => void exported.emit('upgrade', request, socket, head);
}

/** With two parameters or more, or any number of them, it answers through the response; else by what it returns. */
function takesResponse(handler) {
  if (handler.length !== 0) return handler.length > 1;
  const text = Function.prototype.toString.call(handler);
  return /^[^{=]*\.\.\./.test(text) || /^(async\s+)?function[^]*\barguments\b/.test(text);
}

/** A module with a function for each method: GET, POST, … */
function byMethod(module, methods) {
  const allow = methods.join(', ');
  return (request, ...more) => {
    const method = request.method === 'HEAD' && !methods.includes('HEAD') ? 'GET' : request.method;
    if (methods.includes(method)) return module[method](request, ...more);
    return new Response('Method Not Allowed\n', { status: 405, headers: { allow } });
  };
}

function sayNeverCalled(exported, file) {
  const names = has(exported, 'fetch') ? NEVER_CALLED.filter((name) => exported[name] !== undefined) : [];
  if (names.length > 0) console.error(`${file} exports ${names.join(', ')}: only fetch is called here.`);
}

function sentenceOf(exported, file, port) {
  const must =
    'a function (request, response), a function (request) that returns a Response, an object with fetch, ' +
    'or an application (Express, Fastify, Hono, Koa, …)';
  return `${file} exports ${kindOf(exported)}; it must export ${must}, or listen on port ${port} (process.env.PORT).`;
}

function kindOf(exported) {
  if (typeof exported !== 'object') return `a ${typeof exported}`;
  const names = namesOf(exported);
  return names.length === 0 ? 'nothing' : `an object with ${names.slice(0, MOST_NAMES).join(', ')}`;
}

function namesOf(exported) {
  return Object.keys(exported).filter((name) => exported[name] !== undefined);
}

/** No object that a call happened to return, as a timer, a stream or the response itself. */
export function isPlain(value) {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
}
