/** Rounds of plain connections, more than the server has descriptors: silent ones, half requests and whole ones. */
import { connect, type Socket } from 'node:net';

const BEGINNINGS = [
  '',
  'GET /account HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ',
  'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
];

/** Opens so many connections, holds them for a time, and resets them. */
export async function floodConnections(port: number, count: number, holdMs: number): Promise<void> {
  const sockets = Array.from({ length: count }, (_, at) => open(port, BEGINNINGS[at % BEGINNINGS.length] ?? ''));
  await Bun.sleep(holdMs);
  for (const socket of sockets) socket.destroy();
}

function open(port: number, beginning: string): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(beginning));
  // Refused, reset or closed: all the same to a flood.
  socket.on('error', () => {});
  socket.resume();
  return socket;
}
