// httpxy with its own agent, which keeps connections.
import { createServer } from 'node:http';
import { createProxyServer } from 'httpxy';

const plain = createProxyServer({ target: 'http://upstream:3000', xfwd: true });
const echo = createProxyServer({ target: 'http://echo:3000', ws: true, xfwd: true });
for (const proxy of [plain, echo]) proxy.on('error', (_error, _request, socket) => socket?.destroy());

const server = createServer({ keepAliveTimeout: 3_600_000, requestTimeout: 0 }, (request, reply) => {
  void (request.url.startsWith('/echo') ? echo : plain).web(request, reply);
});
server.on('upgrade', (request, socket, head) => void echo.ws(request, socket, {}, head));
server.listen({ port: 8888, backlog: 4096 });
