/** The server that is fuzzed: an echo, a group, a page, and its own figures. Prints its port and nothing else. */
import { heapStats } from 'bun:jsc';
import { readdirSync } from 'node:fs';
import type { Consumer, EventHandler } from '../../channels/consumer.ts';
import { createMemoryLayer } from '../../channels/layer/memory.ts';
import { createLog } from '../../channels/log.ts';
import { socketRouter } from '../../channels/routing.ts';
import { serve } from '../../channels/server/server.ts';
import { echoOf } from './echo.ts';

const GROUP = 'everybody';
/** A ping of the server's own would stand somewhere between the answers. */
const NEVER_MS = 3_600_000;
const silent = (): void => {};
// A fault is written to stderr, which has to stay empty; what clients are refused for is no fault.
const log = { ...createLog(0), info: silent, warn: silent, debug: silent };
const layer = createMemoryLayer(log);
let opened = 0;
let ended = 0;

const echo = (): Consumer => ({
  async connect(socket) {
    await socket.accept();
    opened += 1;
  },
  receive: (data, socket) => void socket.send(echoOf(data)),
  disconnect() {
    ended += 1;
  },
});

const group = (): Consumer => ({
  ...echo(),
  async connect(socket) {
    await socket.accept();
    opened += 1;
    await socket.groupAdd(GROUP);
  },
  receive: (data) => layer.groupSend(GROUP, { type: 'echoed', text: echoOf(data) }),
  handlers: new Map<string, EventHandler>([['echoed', ({ text }, socket) => void socket.send(String(text))]]),
});

const server = await serve({
  http: ({ path }) => (path === '/figures' ? figures() : new Response('a page')),
  websocket: socketRouter([
    ['/echo/', echo],
    ['/group/', group],
  ]),
  layer,
  listen: { port: 0, hostname: '127.0.0.1' },
  closeCodes: { slow: 4408, fault: 1011, restart: 1012 },
  heartbeat: { pingEveryMs: NEVER_MS, deadAfterMs: NEVER_MS },
  log,
});
console.log(server.port);

function figures(): Response {
  Bun.gc(true);
  const heap = heapStats();
  return Response.json({
    opened,
    ended,
    sockets: server.sockets,
    undecided: server.pendingSockets,
    files: readdirSync('/dev/fd').length,
    websockets: heap.objectTypeCounts.ServerWebSocket ?? 0,
    heapBytes: heap.heapSize,
    residentBytes: process.memoryUsage.rss(),
  });
}
