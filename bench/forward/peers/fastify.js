// @fastify/http-proxy with undici, its default; as many connections as the others may have.
import proxy from '@fastify/http-proxy';
import Fastify from 'fastify';

const server = Fastify({ keepAliveTimeout: 3_600_000, requestTimeout: 0 });
server.register(proxy, {
  upstream: 'http://upstream:3000',
  undici: { connections: 256, pipelining: 1 },
  websocket: true,
  wsUpstream: 'ws://echo:3000',
});
await server.listen({ host: '0.0.0.0', port: 8888, backlog: 4096 });
