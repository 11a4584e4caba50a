// The bare broadcast of Socket.IO: no storage, no accounts, no acknowledgement; one room, WebSocket only.
const { createServer } = require('node:http');
const { Server } = require('socket.io');

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });

io.on('connection', (socket) => {
  socket.join('room');
  socket.on('chat', (text) => io.to('room').emit('chat', text));
});

http.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'));
