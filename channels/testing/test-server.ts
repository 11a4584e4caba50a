import { Denied } from '../consumer.ts';
import type { ChannelLayer } from '../layer/layer.ts';
import { createMemoryLayer } from '../layer/memory.ts';
import type { Log } from '../log.ts';
import type { Scope, SocketApplication } from '../scope.ts';
import type { Connection } from '../server/connection.ts';
import type { CloseCodes, Wire } from '../server/connection-context.ts';
import { Sockets } from '../server/connections.ts';
import { LIVENESS } from '../server/heartbeat.ts';
import { LIMITS } from '../server/limits.ts';
import { scopeOf } from '../server/request-scope.ts';
import { type ServeOptions, type Server, serve } from '../server/server.ts';
import { Noted } from './recording-log.ts';
import { type Side, Talk } from './socket-client.ts';

export { handshake, maskedFrame, OPCODES, RawPeer } from './raw-client.ts';
export { Noted } from './recording-log.ts';
export { Talk } from './socket-client.ts';

export interface ConnectOptions {
  readonly layer?: ChannelLayer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly log?: Log;
}

/** Close codes for tests: the standard ones, and 4408 for slow readers. */
export const TEST_CODES: CloseCodes = { slow: 4408, fault: 1011, restart: 1012 };

/** A conversation with an application, without a port. Throws the Denied with which it refused. */
export async function connect(
  application: SocketApplication,
  path: string,
  options: ConnectOptions = {},
): Promise<Talk> {
  const log = options.log ?? new Noted();
  const sockets = new Sockets({
    application,
    layer: options.layer ?? createMemoryLayer(log),
    log,
    closeCodes: TEST_CODES,
    limits: LIMITS,
    liveness: LIVENESS,
    accessLog: () => {},
  });
  const talk = new Talk();
  const decision = await sockets.admit(scopeFor(path, options.headers), (connection) => {
    talk.begin(sideOf(talk, connection));
    connection.opened(wireTo(talk, connection));
    return true;
  });
  talk.ended.finally(() => sockets.stop(0, 0, 0));
  if (decision === 'accepted') return talk;
  talk.end({ code: 1006, reason: '' });
  throw decision === 'gone' ? new Denied(400) : decision;
}

/** A scope as a GET for this path would have. */
export function scopeFor(path: string, headers: Readonly<Record<string, string>> = {}): Scope {
  const request = new Request(`http://localhost${path}`, { headers: { host: 'localhost', ...headers } });
  const scope = scopeOf(request, { client: '127.0.0.1', scheme: 'http' });
  if (scope === null) throw new TypeError(`not a path: ${path}`);
  return scope;
}

/** A real server on a free port of 127.0.0.1, with a layer of its own and silent, unless told otherwise. Stop it. */
export async function startServer(options: Partial<ServeOptions>): Promise<Server & { readonly log: Noted }> {
  const log = new Noted();
  const server = await serve({
    http: () => new Response(null, { status: 404 }),
    websocket: () => {
      throw new Denied(404);
    },
    layer: options.layer ?? createMemoryLayer(log),
    listen: { port: 0, hostname: '127.0.0.1' },
    closeCodes: TEST_CODES,
    log,
    ...options,
  });
  return Object.assign(server, { log });
}

/** A conversation with a server over a real socket. Rejects when the handshake is refused. */
export async function dial(
  server: Pick<Server, 'url'>,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Talk> {
  const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}${path}`, { headers });
  const talk = new Talk();
  talk.begin({
    say: (data) => socket.send(data),
    close: (code, reason) => socket.close(code, reason),
    drop: () => socket.terminate(),
  });
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data }) => talk.hear(data instanceof ArrayBuffer ? new Uint8Array(data) : String(data));
  socket.onclose = ({ code, reason }) => talk.end({ code, reason });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.onopen = () => resolve();
  socket.onerror = () => reject(new Error(`the server refused ${path}`));
  await promise;
  return talk;
}

function sideOf(talk: Talk, connection: Connection): Side {
  const end = (code: number, reason: string): void => {
    connection.closed(code, reason);
    talk.end({ code, reason });
  };
  return { say: (data) => connection.received(data), close: end, drop: () => end(1006, '') };
}

function wireTo(talk: Talk, connection: Connection): Wire {
  return {
    send: (data) => {
      talk.hear(data);
      return data.length;
    },
    ping: () => {
      connection.heard();
      return 1;
    },
    close: (code, reason) => talk.end({ code, reason }),
    terminate: () => talk.end({ code: 1006, reason: '' }),
    getBufferedAmount: () => 0,
  };
}
