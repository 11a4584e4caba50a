/** A server with a session check: looks the cookie up in a table in memory. Prints its port. */
import { type Consumer, Denied } from '../../../channels/consumer.ts';
import { createMemoryLayer } from '../../../channels/layer/memory.ts';
import { createLog } from '../../../channels/log.ts';
import { socketRouter } from '../../../channels/routing.ts';
import type { Scope } from '../../../channels/scope.ts';
import { serve } from '../../../channels/server/server.ts';

const SESSIONS = new Map(Array.from({ length: 1_000 }, (_, number) => [`token-${number}`, `user ${number}`]));

function acceptSession({ headers }: Scope): Consumer {
  const token = new Bun.CookieMap(headers.get('cookie') ?? '').get('session') ?? '';
  if (!SESSIONS.has(token)) throw new Denied(401);
  return { connect: (socket) => socket.accept() };
}

const log = createLog(1);
const server = await serve({
  http: () => new Response(null, { status: 404 }),
  websocket: socketRouter([['/ws/', acceptSession]], log),
  layer: createMemoryLayer(log),
  listen: { port: 0, hostname: '127.0.0.1' },
  closeCodes: { slow: 4408, fault: 1011, restart: 1012 },
  log,
});
console.log(server.port);
