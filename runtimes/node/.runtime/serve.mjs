// Serves a funko: the first process of its container. It loads the funko's entry file, answers /ping itself, gives
// every other request to the default export, and on SIGTERM finishes what runs before it ends.
import { createServer, Server } from 'node:http';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const HEALTH_PATH = '/ping';
/** Longer than the proxy keeps an idle connection, so that it never sends a request into one that just closed. */
const KEEP_ALIVE_MS = 65_000;

const [entry = 'index.js', port = '3000'] = process.argv.slice(2);
const open = new Set();
let stopping = false;
let server;

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stop(signal));

const { handler, upgrade } = await load(entry);
// Uploads may take as long as they need: the proxy ends those that stand still.
server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, answer);
if (upgrade) server.on('upgrade', upgrade);
server.on('error', (error) => fail(`it can't listen on port ${port}`, error));
server.listen(Number(port), () => console.log(`${entry} listens on port ${server.address().port}`));

async function load(file) {
  const module = await import(pathToFileURL(resolve(file)).href).catch((error) => fail(`${file} can't be loaded`, error));
  // CommonJS that was compiled from ES modules has its default export one level deeper.
  const handler = await handlerOf(module.default?.default ?? module.default, file);
  if (typeof handler !== 'function') {
    fail(`${file} must export a function (request, response) as its default; it exports ${kindOf(handler)}`);
  }
  return { handler, upgrade: module.upgrade ?? module.default.upgrade };
}

/** Express's application is a function already; Fastify's has to get ready and brings one; a server has listeners. */
async function handlerOf(exported, file) {
  if (exported instanceof Server) return (request, response) => void exported.emit('request', request, response);
  if (typeof exported?.ready !== 'function' || typeof exported.routing !== 'function') return exported;
  await Promise.resolve(exported.ready()).catch((error) => fail(`the application of ${file} does not get ready`, error));
  return exported.routing;
}

function kindOf(value) {
  return value === undefined ? 'no default' : `a default of type ${typeof value}`;
}

function fail(what, error) {
  console.error(`The funko can't start: ${what}.`, ...(error ? [error] : []));
  process.exit(1);
}

async function answer(request, response) {
  open.add(response);
  response.once('close', () => done(response));
  if (stopping) response.setHeader('connection', 'close');
  if (request.url === HEALTH_PATH || request.url.startsWith(`${HEALTH_PATH}?`)) return ping(response);
  try {
    await handler(request, response);
  } catch (error) {
    failed(request, response, error);
  }
}

function ping(response) {
  if (stopping) say(response, 503, 'stopping\n');
  else say(response, 200, 'OK\n');
}

/** Head and body leave in one write: `writeHead` here would send the body chunked, and apart. */
function say(response, status, text) {
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain');
  response.end(text);
}

/** One request failed; the others go on. */
function failed(request, response, error) {
  console.error(`${request.method} ${request.url} failed:`, error);
  // What was begun can't be taken back: cutting the connection is the only way to say that it is not whole.
  if (response.headersSent) return response.destroy();
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  say(response, 500, 'Internal Server Error\n');
}

function done(response) {
  open.delete(response);
  // A kept-alive connection would hold the server open although nothing runs on it any more.
  if (stopping) setImmediate(() => server.closeIdleConnections());
}

function stop(signal) {
  if (stopping || !server?.listening) process.exit(stopping ? 1 : 0);
  stopping = true;
  server.close(() => process.exit(0));
  console.log(`${signal}: finishing ${open.size} request(s)`);
  for (const response of open) {
    if (!response.headersSent) response.setHeader('connection', 'close');
  }
}
