// The upstream for WebSockets: each message goes back as it came.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 3000, backlog: 4096, perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data, binary) => socket.send(data, { binary }));
});
