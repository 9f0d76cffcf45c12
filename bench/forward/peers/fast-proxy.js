// fast-proxy with undici, as its README recommends for throughput.
import { createServer } from 'node:http';
import fastProxy from 'fast-proxy';

const { proxy } = fastProxy({ base: 'http://upstream:3000', undici: { connections: 256, pipelining: 1 } });
const server = createServer({ keepAliveTimeout: 3_600_000, requestTimeout: 0 }, (request, reply) => {
  proxy(request, reply, request.url, {});
});
server.listen({ port: 8888, backlog: 4096 });
