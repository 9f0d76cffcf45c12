/** What the soak's clients do, one kind a function: each resolves if the answer was the right one, and rejects if not. */
import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** Asks of the funko at this URL, without a slash at the end. */
export type Ask = (url: string) => Promise<void>;

const POST_BYTES = 10 * 1024;
const DOWNLOAD_BYTES = 2 ** 20;
const EVENTS = '12345'.replaceAll(/./g, 'data: $&\n\n');
const MESSAGES = 10;
/** What takes longer than this is wrong. The longest kind takes a second where the machine is idle. */
const LONGEST_MS = 60_000;

const kept = new Agent({ keepAlive: true });
const fresh = new Agent({ keepAlive: false });

/** Kind → how many of a hundred clients do it. */
export const KINDS: Readonly<Record<string, { readonly share: number; readonly ask: Ask }>> = {
  'small GET': { share: 70, ask: (url) => expect(url, '/small', 'small') },
  'small GET, new connection': { share: 12, ask: (url) => expect(url, '/small', 'small', { agent: fresh }) },
  'POST of 10 KiB': { share: 8, ask: post },
  'download of 1 MiB': { share: 3, ask: download },
  'event stream': { share: 1, ask: (url) => expect(url, '/events', EVENTS) },
  WebSocket: { share: 1, ask: talk },
  'GET, client goes away': { share: 2, ask: (url) => leave(url, '/events') },
  'download, client goes away': { share: 1, ask: (url) => leave(url, '/download') },
  'POST, client goes away': { share: 2, ask: leaveUpload },
};

/** Closes the clients' idle connections. */
export function closeKept(): void {
  kept.destroy();
}

async function expect(url: string, path: string, body: string, options: RequestOptions = {}): Promise<void> {
  const answer = await text(await answerTo(begin(url + path, options)));
  if (answer !== body) throw new Error(`the body was ${JSON.stringify(answer.slice(0, 80))}`);
}

async function post(url: string): Promise<void> {
  const upload = begin(`${url}/length`, { method: 'POST' }, Buffer.alloc(POST_BYTES, 'x'));
  const answer = await text(await answerTo(upload));
  if (answer !== String(POST_BYTES)) throw new Error(`the body had arrived with ${answer} bytes`);
}

async function download(url: string): Promise<void> {
  let bytes = 0;
  for await (const chunk of await answerTo(begin(`${url}/download`))) bytes += (chunk as Buffer).length;
  if (bytes !== DOWNLOAD_BYTES) throw new Error(`the answer had ${bytes} bytes`);
}

/** Sends messages, gets each back, and closes in order. */
async function talk(url: string): Promise<void> {
  const socket = new WebSocket(`${url.replace('http:', 'ws:')}/echo`, { handshakeTimeout: LONGEST_MS });
  const limit = AbortSignal.timeout(LONGEST_MS);
  limit.addEventListener('abort', () => socket.terminate());
  const closed = once(socket, 'close', { signal: limit });
  // What goes wrong is told by the waits below, whichever comes first.
  closed.catch(() => undefined);
  socket.on('error', () => undefined);
  const answers = messages(socket, closed);
  for (let at = 0; at < MESSAGES; at += 1) {
    const message = `message ${at}`;
    if (at === 0) await once(socket, 'open', { signal: limit });
    socket.send(message);
    const { value } = await answers.next();
    if (value !== message) throw new Error(`instead of "${message}" came ${JSON.stringify(value)}`);
    await sleep(100);
  }
  socket.close(1000);
  const [code] = (await closed) as [number];
  if (code !== 1000) throw new Error(`the WebSocket was closed with ${code}`);
}

/** The messages one by one; ends when the socket closes. */
async function* messages(socket: WebSocket, closed: Promise<unknown>): AsyncGenerator<string, undefined> {
  const over = closed.then(
    () => undefined,
    () => undefined,
  );
  for (;;) {
    const message = await Promise.race([once(socket, 'message') as Promise<[Buffer]>, over]);
    if (message === undefined) return undefined;
    yield message[0].toString();
  }
}

/** Goes away while the answer comes. */
async function leave(url: string, path: string): Promise<void> {
  const answer = await answerTo(begin(url + path));
  await once(answer, 'data');
  answer.destroy();
}

/** Goes away in the middle of its upload, on a connection of its own. */
async function leaveUpload(url: string): Promise<void> {
  const options = { method: 'POST', agent: fresh, headers: { 'content-length': POST_BYTES } };
  const upload = request(`${url}/length`, options);
  upload.on('error', () => undefined);
  upload.write('x'.repeat(POST_BYTES / 2));
  await once(upload, 'socket');
  await sleep(20);
  upload.destroy();
}

function begin(url: string, options: RequestOptions = {}, body?: Buffer): ClientRequest {
  const asked = request(url, { agent: kept, signal: AbortSignal.timeout(LONGEST_MS), ...options });
  return asked.end(body);
}

async function answerTo(asked: ClientRequest): Promise<IncomingMessage> {
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  // What comes after this is told by whoever reads.
  asked.on('error', () => undefined);
  if (answer.statusCode === 200) return answer;
  const body = await text(answer);
  const code = /"code":"(\w+)"/.exec(body)?.[1] ?? body.slice(0, 80);
  throw new Error(`${answer.statusCode} ${code}`);
}

async function text(answer: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of answer.setEncoding('utf8')) body += String(chunk);
  return body;
}
