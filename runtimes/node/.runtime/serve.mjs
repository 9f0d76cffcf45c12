// Serves what a program exports: it listens on PORT, answers /ping itself, gives every other request to the handler, and on SIGTERM
// finishes what runs before it ends.
import { createServer } from 'node:http';
import { isResponse, sendResponse } from './fetch.mjs';
import { handlerOf, isPlain } from './handler.mjs';
import { PlainError } from './plain-error.mjs';

const HEALTH_PATH = '/ping';
/** Longer than the proxy keeps an idle connection, so that it never sends a request into one that just closed. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Serves the exports of a module, unless the application listens by itself.
 * @param onServer gets the server before it listens
 * Throws what `handlerOf` does, and PlainError if it can't listen.
 */
export async function serve(exported, { file, port, onServer }) {
  const { handler, upgrade } = await handlerOf(exported, { file, port });
  if (handler === undefined) return;
  const serving = new Serving(handler);
  if (upgrade) serving.server.on('upgrade', upgrade);
  onServer(serving);
  await serving.listen(port);
  console.log(`${file} listens on port ${serving.server.address().port}`);
}

class Serving {
  #handler;
  #open = new Set();
  #stopping = false;

  constructor(handler) {
    this.#handler = handler;
    // Uploads may take as long as they need: the proxy ends those that stand still.
    const options = { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 };
    this.server = createServer(options, (request, response) => void this.#answer(request, response));
  }

  async listen(port) {
    await new Promise((resolve, reject) => {
      this.server.once('error', ({ message }) => reject(new PlainError(`it can't listen on port ${port}: ${message}`)));
      this.server.listen(port, resolve);
    });
  }

  /** Frees the port; what runs is finished. */
  giveWay() {
    this.server.close();
  }

  /** Takes no more, finishes what runs, and ends the process. */
  stop(signal) {
    this.#stopping = true;
    this.server.close(() => process.exit(0));
    console.log(`${signal}: finishing ${this.#open.size} request(s)`);
    for (const response of this.#open) {
      if (!response.headersSent) response.setHeader('connection', 'close');
    }
  }

  async #answer(request, response) {
    this.#open.add(response);
    response.once('close', () => this.#done(response));
    if (this.#stopping) response.setHeader('connection', 'close');
    if (request.url === HEALTH_PATH || request.url.startsWith(`${HEALTH_PATH}?`)) return this.#ping(response);
    try {
      await sendValue(await this.#handler(request, response), request, response);
    } catch (error) {
      failed(request, response, error);
    }
  }

  #ping(response) {
    if (this.#stopping) say(response, 503, 'stopping\n');
    else say(response, 200, 'OK\n');
  }

  #done(response) {
    this.#open.delete(response);
    // A kept-alive connection would hold the server open although nothing runs on it any more.
    if (this.#stopping) setImmediate(() => this.server.closeIdleConnections());
  }
}

/** What a handler returned, if it has answered nothing: a Response, a text, or a plain object or list as JSON. */
async function sendValue(value, request, response) {
  if (response.headersSent || response.writableEnded) return;
  if (isResponse(value)) await sendResponse(value, request, response);
  else if (typeof value === 'string') await sendResponse(new Response(value), request, response);
  else if (isPlain(value)) await sendResponse(Response.json(value), request, response);
}

/** Head and body leave in one write: `writeHead` here would send the body chunked, and apart. */
function say(response, status, text) {
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain');
  response.end(text);
}

/** One request failed; the others go on. */
function failed(request, response, error) {
  // The client has gone, and the handler was told so.
  if (response.destroyed && error?.name === 'AbortError') return;
  // Without the query, which may hold secrets: the proxy's access log leaves it out as well.
  const path = request.url.split('?', 1)[0];
  console.error(`${request.method} ${path} failed:`, error instanceof PlainError ? error.message : error);
  // What was begun can't be taken back: cutting the connection is the only way to say that it is not whole.
  if (response.headersSent) return response.destroy();
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  if (error instanceof PlainError && error.status === 400) say(response, 400, 'Bad Request\n');
  else say(response, 500, 'Internal Server Error\n');
}
