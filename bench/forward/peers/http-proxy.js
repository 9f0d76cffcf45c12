// http-proxy with an agent that keeps connections, without which it opens one for each request.
import { Agent, createServer } from 'node:http';
import httpProxy from 'http-proxy';

const agent = new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 256 });
const plain = httpProxy.createProxyServer({ target: 'http://upstream:3000', agent, xfwd: true });
// Without the agent: an upgraded connection is not one to keep.
const echo = httpProxy.createProxyServer({ target: 'http://echo:3000', ws: true, xfwd: true });
for (const proxy of [plain, echo]) proxy.on('error', (_error, _request, socket) => socket.destroy());

const server = createServer({ keepAliveTimeout: 3_600_000, requestTimeout: 0 }, (request, reply) => {
  (request.url.startsWith('/echo') ? echo : plain).web(request, reply);
});
server.on('upgrade', (request, socket, head) => echo.ws(request, socket, head));
server.listen({ port: 8888, backlog: 4096 });
