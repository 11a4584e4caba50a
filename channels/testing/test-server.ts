import { Denied } from '../consumer.ts';
import type { ChannelLayer } from '../layer/layer.ts';
import { createMemoryLayer } from '../layer/memory.ts';
import type { Log } from '../log.ts';
import type { Scope, SocketApplication } from '../scope.ts';
import type { Connection } from '../server/connection.ts';
import type { CloseCodes, RuntimeSocket } from '../server/connection-context.ts';
import { Connections } from '../server/connections.ts';
import { HEARTBEAT } from '../server/heartbeat.ts';
import { LIMITS } from '../server/limits.ts';
import { scopeOf } from '../server/request-scope.ts';
import { type ServeOptions, type Server, serve } from '../server/server.ts';
import { RecordingLog } from './recording-log.ts';
import { type Peer, SocketClient } from './socket-client.ts';

export { handshake, maskedFrame, OPCODES, RawClient } from './raw-client.ts';
export { RecordingLog } from './recording-log.ts';
export { SocketClient } from './socket-client.ts';

export interface ConnectOptions {
  readonly layer?: ChannelLayer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly log?: Log;
}

/** Close codes for tests: the standard ones, and 4408 for slow readers. */
export const TEST_CLOSE_CODES: CloseCodes = { slow: 4408, fault: 1011, restart: 1012 };

/** Connects a client to an application, without a port. Throws the Denied with which the application refused. */
export async function connect(
  application: SocketApplication,
  path: string,
  options: ConnectOptions = {},
): Promise<SocketClient> {
  const log = options.log ?? new RecordingLog();
  const connections = new Connections({
    application,
    layer: options.layer ?? createMemoryLayer(log),
    log,
    closeCodes: TEST_CLOSE_CODES,
    limits: LIMITS,
    heartbeat: HEARTBEAT,
    accessLog: () => {},
  });
  const client = new SocketClient();
  const decision = await connections.admit(scopeFor(path, options.headers), (connection) => {
    client.attach(peerFor(client, connection));
    connection.onOpen(runtimeSocketFor(client, connection));
    return true;
  });
  client.closed.finally(() => connections.stop(0, 0, 0));
  if (decision === 'accepted') return client;
  client.onClose({ code: 1006, reason: '' });
  throw decision === 'closed' ? new Denied(400) : decision;
}

/** The scope of a GET for this path. */
export function scopeFor(path: string, headers: Readonly<Record<string, string>> = {}): Scope {
  const request = new Request(`http://localhost${path}`, { headers: { host: 'localhost', ...headers } });
  const scope = scopeOf(request, { client: '127.0.0.1', scheme: 'http' });
  if (scope === null) throw new TypeError(`invalid path: ${path}`);
  return scope;
}

/** A real server on a free port of 127.0.0.1, by default with a layer and a recording log of its own. Stop it after use. */
export async function startServer(options: Partial<ServeOptions>): Promise<Server & { readonly log: RecordingLog }> {
  const log = new RecordingLog();
  const server = await serve({
    http: () => new Response(null, { status: 404 }),
    websocket: () => {
      throw new Denied(404);
    },
    layer: options.layer ?? createMemoryLayer(log),
    listen: { port: 0, hostname: '127.0.0.1' },
    closeCodes: TEST_CLOSE_CODES,
    log,
    ...options,
  });
  return Object.assign(server, { log });
}

/** Connects a client to a server over a real socket. Rejects when the handshake is refused. */
export async function dial(
  server: Pick<Server, 'url'>,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<SocketClient> {
  const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}${path}`, { headers });
  const client = new SocketClient();
  client.attach({
    send: (data) => socket.send(data),
    close: (code, reason) => socket.close(code, reason),
    drop: () => socket.terminate(),
  });
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data }) => client.onFrame(data instanceof ArrayBuffer ? new Uint8Array(data) : String(data));
  socket.onclose = ({ code, reason }) => client.onClose({ code, reason });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.onopen = () => resolve();
  socket.onerror = () => reject(new Error(`the server refused ${path}`));
  await promise;
  return client;
}

function peerFor(client: SocketClient, connection: Connection): Peer {
  const close = (code: number, reason: string): void => {
    connection.onClose(code, reason);
    client.onClose({ code, reason });
  };
  return { send: (data) => connection.onFrame(data), close, drop: () => close(1006, '') };
}

function runtimeSocketFor(client: SocketClient, connection: Connection): RuntimeSocket {
  return {
    send: (data) => {
      client.onFrame(data);
      return data.length;
    },
    ping: () => {
      connection.onPingOrPong();
      return 1;
    },
    close: (code, reason) => client.onClose({ code, reason }),
    terminate: () => client.onClose({ code: 1006, reason: '' }),
    getBufferedAmount: () => 0,
  };
}
