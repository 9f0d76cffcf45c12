// Loaded by node before the funko's own program, which stays the main module: what node prints when it fails, `require.main` and
// `import.meta.main` are as without FaaSO. A program that listens on PORT by itself is left alone; what another one exports is served
// by serve.mjs.
const { subscribe } = require('node:diagnostics_channel');
const { realpathSync } = require('node:fs');
const { relative } = require('node:path');
const { pathToFileURL } = require('node:url');
const { isMainThread } = require('node:worker_threads');

const LOOPBACK = new Set(['127.0.0.1', '::1']);
const HINT_AFTER_MS = 200;
const OTHER_PORT_AFTER_MS = 1000;
const CLOSE_IDLE_EVERY_MS = 50;

const port = Number(process.env.PORT || 3000);
/** Servers of the program's own. */
const servers = new Set();
/** What serve.mjs has made of the program's exports. */
let served;
let stopping = false;
/** What is wrong with its exports, in a sentence. */
let misunderstood;
/** Whether the log says already what is wrong. */
let told = false;

if (isMainThread) begin();

function begin() {
  forgetOption();
  subscribe('tracing:net.server.listen:asyncStart', ({ server, options }) => willListen(server, options));
  subscribe('tracing:net.server.listen:asyncEnd', ({ server }) => listens(server));
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stop(signal));
  process.on('exit', ended);
  setImmediate(serveExports);
}

/** Processes that the program forks are none of ours. */
function forgetOption() {
  const at = process.execArgv.indexOf('--require');
  if (at >= 0) process.execArgv.splice(at, 2);
}

async function serveExports() {
  const exported = await exportsOf().catch(() => undefined);
  if (exported === undefined || onPort()) return;
  const { serve } = await import(pathToFileURL(`${__dirname}/serve.mjs`).href);
  try {
    await serve(exported, { file: file(), port, onServer: (serving) => (served = serving) });
  } catch (error) {
    notServed(error);
  }
}

/** What the program exports, once it has run. Rejects if it fails: node itself prints that, and ends. */
async function exportsOf() {
  if (process.mainModule) return { default: process.mainModule.exports };
  return import(pathToFileURL(realpathSync(process.argv[1])).href);
}

function notServed(error) {
  if (!error.isHint) {
    const what = error.isPlain ? error.message : `the application of ${file()} does not get ready.`;
    console.error(`The funko can't start: ${what}`, ...(error.isPlain ? [] : [error]));
    told = true;
    process.exit(1);
  }
  // It may still listen, when something else is ready: then its exports do not matter.
  misunderstood = error.message;
  if (error.exportsSomething) setTimeout(sayMisunderstood, HINT_AFTER_MS).unref();
}

function sayMisunderstood() {
  if (told || servers.size > 0) return;
  told = true;
  console.error(misunderstood);
}

/** A program may listen by itself after all: then its port is free for it. */
function willListen(server, options) {
  if (server === served?.server) return;
  servers.add(server);
  if (Number(options?.port) === port) served?.giveWay();
}

function listens(server) {
  const address = server.address();
  if (server === served?.server || typeof address?.port !== 'number') return;
  if (address.port !== port) setTimeout(sayOtherPort, OTHER_PORT_AFTER_MS, address.port).unref();
  else if (LOOPBACK.has(address.address)) {
    const where = `${address.address} alone, where nothing from outside of the container arrives`;
    console.error(`${file()} listens on ${where}: let it listen on 0.0.0.0 (process.env.HOST).`);
  }
}

function sayOtherPort(other) {
  if (served || told || onPort()) return;
  told = true;
  console.error(
    `${file()} listens on port ${other}, but requests come to port ${port}: let it listen on process.env.PORT.`,
  );
}

function onPort() {
  return [...servers].some((server) => server.address()?.port === port);
}

function file() {
  return relative(process.cwd(), process.argv[1]);
}

/** A program that ends although nobody stopped it serves nothing. */
function ended(code) {
  if (code !== 0 || stopping || served || servers.size > 0) return;
  process.exitCode = 1;
  if (told) return;
  const why = misunderstood ?? `${file()} has ended, and has not listened on port ${port} (process.env.PORT).`;
  console.error(`The funko can't start: ${why}`);
}

function stop(signal) {
  if (stopping) process.exit(1);
  // A program that listens by itself and has a handler of its own knows what to do.
  if (!served && process.listenerCount(signal) > 1) return;
  stopping = true;
  if (served) served.stop(signal);
  else if (servers.size > 0) closeServers();
  else process.exit(0);
}

/** A program without a handler of its own finishes its requests, too. */
function closeServers() {
  let open = servers.size;
  for (const server of servers) server.close(() => (open -= 1) > 0 || process.exit(0));
  setInterval(() => servers.forEach((server) => server.closeIdleConnections?.()), CLOSE_IDLE_EVERY_MS);
}
