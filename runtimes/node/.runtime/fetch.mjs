// Handlers in the way of the Fetch API, as of Workers, Deno and Bun: (request: Request) => Response.
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { PlainError } from './plain-error.mjs';

const BODILESS = new Set(['GET', 'HEAD']);
/** Of one connection; a Response that was fetched elsewhere has them. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);
/** Told of a body that fetch has decoded already. */
const OF_CODED_BODY = new Set(['content-encoding', 'content-length']);

/** A handler (request, response) around one that gets a Request and returns a Response, a text, or what JSON can say. */
export function fetchHandler(handle) {
  return async (request, response) => {
    const webRequest = requestOf(request, response);
    const answer = responseOf(await handle(webRequest, process.env, { waitUntil, passThroughOnException() {} }));
    await sendResponse(answer, request, response);
  };
}

/** Of this process, or of a package that brings its own. */
export function isResponse(value) {
  return value instanceof Response || Object.prototype.toString.call(value) === '[object Response]';
}

/** Sends a Response. Its body flows as fast as the client reads it, and is cancelled when the client goes. */
export async function sendResponse(answer, request, response) {
  if (answer.type === 'error') throw new PlainError('the handler returned Response.error().');
  response.statusCode = answer.status;
  if (answer.statusText) response.statusMessage = answer.statusText;
  setHeaders(answer, response);
  if (answer.body && request.method !== 'HEAD' && !response.destroyed) return sendBody(answer.body, response);
  await answer.body?.cancel();
  response.end();
}

function waitUntil(work) {
  Promise.resolve(work).catch((error) => console.error('what waitUntil was given failed:', error));
}

function requestOf(request, response) {
  const gone = new AbortController();
  response.once('close', () => response.writableFinished || gone.abort());
  const { method } = request;
  const body = BODILESS.has(method) ? {} : { body: Readable.toWeb(request), duplex: 'half' };
  try {
    return new Request(urlOf(request), { method, headers: headersOf(request), signal: gone.signal, ...body });
  } catch (error) {
    throw new PlainError(`it can't be made a Request: ${error.message}`, { status: 400 });
  }
}

/** As the client sees it, but for the prefix that the proxy has taken away: routes are those of the program. */
function urlOf({ url, headers, socket }) {
  const protocol = firstOf(headers['x-forwarded-proto']) ?? 'http';
  const host = firstOf(headers['x-forwarded-host']) ?? headers.host ?? `localhost:${socket.localPort}`;
  return new URL(url.startsWith('/') ? `${protocol}://${host}${url}` : url);
}

function firstOf(header) {
  return header?.split(',')[0].trim() || undefined;
}

function headersOf({ rawHeaders }) {
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at], rawHeaders[at + 1]);
  return headers;
}

function responseOf(value) {
  if (isResponse(value)) return value;
  if (typeof value === 'string' || isBytes(value)) return new Response(value);
  if (typeof value === 'object' && value !== null) return Response.json(value);
  const allowed = 'a handler of one parameter must return a Response, a text, or an object to send as JSON';
  throw new PlainError(`the handler returned ${String(value)}; ${allowed}.`);
}

function isBytes(value) {
  return ArrayBuffer.isView(value) || [ArrayBuffer, Blob, ReadableStream].some((type) => value instanceof type);
}

function setHeaders({ headers, url }, response) {
  const isDecoded = Boolean(url) && headers.has('content-encoding');
  headers.forEach((value, name) => {
    if (name === 'set-cookie' || HOP_BY_HOP.has(name) || (isDecoded && OF_CODED_BODY.has(name))) return;
    response.setHeader(name, value);
  });
  const cookies = headers.getSetCookie?.() ?? [];
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
}

async function sendBody(body, response) {
  const reader = body.getReader();
  response.once('close', () => void reader.cancel().catch(() => undefined));
  const first = await reader.read();
  if (first.done) return void response.end();
  const rest = reader.read();
  // A body of one piece leaves together with its head, and with its length.
  if (await isSoonDone(rest)) return void response.end(first.value);
  await write(response, first.value);
  for (let next = await rest; !next.done; next = await reader.read()) await write(response, next.value);
  response.end();
}

async function isSoonDone(reading) {
  const soon = new Promise((resolve) => setImmediate(resolve));
  const next = await Promise.race([reading.catch(() => undefined), soon]);
  return next?.done === true;
}

async function write(response, chunk) {
  if (response.destroyed || response.write(chunk)) return;
  const over = new AbortController();
  const events = ['drain', 'close'].map((event) => once(response, event, { signal: over.signal }).catch(() => undefined));
  await Promise.race(events);
  over.abort();
}
