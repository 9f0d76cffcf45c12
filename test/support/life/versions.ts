/** A funko whose every answer tells which version and which container gave it. */
import { Readable } from 'node:stream';
import type { BuildRequest } from '../../../src/api/funko-api.ts';
import { tarOf } from '../admin/tar.ts';
import { RUN } from '../engine/proxy-under-test.ts';

/**
 * `GET /`: its version. `POST /`: its version and how many bytes came. `GET /events`: a stream. Upgrades: an echo. A stream
 * and an upgraded connection begin with the version and the host name, which is the container's short ID.
 */
const PROGRAM = `
const http = require('node:http');
const { hostname } = require('node:os');
const version = process.env.VERSION;
const hello = version + ' ' + hostname() + '\\n';
process.on('SIGTERM', () => process.exit());
const server = http.createServer((request, response) => {
  if (request.url === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(hello);
    const ticking = setInterval(() => response.write('tick\\n'), 50);
    response.on('close', () => clearInterval(ticking));
    return;
  }
  let bytes = 0;
  request.on('data', (chunk) => (bytes += chunk.length));
  request.on('end', () => response.end(request.method === 'POST' ? version + ' ' + bytes : version));
});
server.on('upgrade', (request, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n' + hello);
  socket.on('error', () => undefined).pipe(socket);
});
server.listen(3000);
`;

export interface VersionOptions {
  /** How long an instance that is to go is given for what is in flight to it, in seconds. */
  readonly drain: number;
  /** How many instances; as many as before if absent. */
  readonly scale?: number;
  /** The secrets it needs. */
  readonly secrets?: readonly string[];
  /** More labels of the image, and so of its containers. */
  readonly labels?: readonly string[];
}

/** What is built so that the funko answers with this version. */
export async function versionOf(
  name: string,
  version: string,
  { drain, scale, secrets, labels = [] }: VersionOptions,
): Promise<BuildRequest> {
  const dockerfile = [
    'FROM node:24-slim',
    ...[`faaso.test=${RUN}`, ...labels].map((label) => `LABEL ${label}`),
    'COPY program.js /',
    'CMD ["node", "/program.js"]',
  ].join('\n');
  const settings = {
    name,
    env: { VERSION: version },
    timeouts: { drain },
    ...(scale === undefined ? {} : { scale }),
    ...(secrets === undefined ? {} : { secrets: [...secrets] }),
  };
  const files = { 'funko.yml': JSON.stringify(settings), Dockerfile: dockerfile, 'program.js': PROGRAM };
  const tar = await tarOf({ ...files, version });
  return {
    manifest: { ...settings, runtime: null, options: {} },
    health: '/ping',
    context: Readable.from([tar]),
  };
}
