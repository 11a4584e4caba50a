import type { Server as BunServer, WebSocketHandler } from 'bun';
import { descriptorLimit, maxSocketsFor } from '../descriptors.ts';
import type { ChannelLayer } from '../layer/layer.ts';
import { type LineSink, type Log, safeSink } from '../log.ts';
import type { HttpApplication, SocketApplication } from '../scope.ts';
import { withTimeout } from '../timeout.ts';
import type { Connection } from './connection.ts';
import type { CloseCodes } from './connection-context.ts';
import { Connections } from './connections.ts';
import { HEARTBEAT, type HeartbeatTimes } from './heartbeat.ts';
import { LIMITS, type Limits } from './limits.ts';
import { checkListenable, type ListenOptions, listenError } from './listen.ts';
import { Listener } from './listener.ts';
import { RequestHandler } from './request-handler.ts';

export interface ServeOptions {
  readonly http: HttpApplication;
  readonly websocket: SocketApplication;
  readonly layer: ChannelLayer;
  readonly listen: ListenOptions;
  /** PEM, as text or as files. With it, HTTP/2 is served on the same port. */
  readonly tls?: { readonly cert: string | Bun.BunFile; readonly key: string | Bun.BunFile };
  /** Addresses or CIDRs of proxies; see trusted-proxy.ts. */
  readonly trustProxy?: readonly string[];
  /** Added to the server's own responses: 400, 405, 500, 503, and refused handshakes. */
  readonly ownHeaders?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
  readonly closeCodes: CloseCodes;
  readonly heartbeat?: HeartbeatTimes;
  readonly log: Log;
  /** One line for each request, and for each socket opened, refused or closed. Never contains a query string. */
  readonly accessLog?: LineSink;
}

export interface Server {
  /** 0 on a unix socket. */
  readonly port: number;
  readonly url: string;
  /** Open sockets. */
  readonly sockets: number;
  /** Handshakes that are neither accepted nor denied yet. */
  readonly pendingSockets: number;
  /**
   * Accepts no more connections and ignores further frames. Flushes every socket and closes it with the code for restarts
   * and the reason `retry_after=<ms>`, which is spread over the clients so that they do not all return at once. Waits at
   * most `waitMs` for sockets, requests and every consumer's `disconnect`, and at most `requestMs` once only requests are
   * left.
   */
  stop(options?: StopOptions): Promise<void>;
}

export interface StopOptions {
  readonly retryAfterMs?: number;
  readonly spreadMs?: number;
  readonly waitMs?: number;
  readonly requestMs?: number;
}

/**
 * One port for HTTP and WebSocket. Throws a ListenError when it cannot listen, a RangeError for a close code that may not
 * be sent.
 */
export async function serve(options: ServeOptions): Promise<Server> {
  await checkListenable(options.listen);
  const tls = options.tls === undefined ? undefined : await readTls(options.tls);
  try {
    return new RunningServer(options, tls);
  } catch (error) {
    throw listenError(options.listen, error) ?? error;
  }
}

interface TlsTexts {
  readonly cert: string;
  readonly key: string;
}

/** As text: the listener may start again when the files can no longer be read. */
async function readTls({ cert, key }: NonNullable<ServeOptions['tls']>): Promise<TlsTexts> {
  const read = (pem: string | Bun.BunFile): string | Promise<string> => (typeof pem === 'string' ? pem : pem.text());
  return { cert: await read(cert), key: await read(key) };
}

class RunningServer implements Server {
  readonly #connections: Connections;
  readonly #requestHandler: RequestHandler;
  readonly #listener: Listener<Connection>;
  readonly #listen: ListenOptions;
  #stopped: Promise<void> | null = null;

  constructor(options: ServeOptions, tls: TlsTexts | undefined) {
    const { websocket, http, layer, log, closeCodes, heartbeat = HEARTBEAT } = options;
    const { trustProxy = [], ownHeaders = {} } = options;
    const accessLog = safeSink(options.accessLog ?? (() => {}), 'the access log', log);
    const limits = withinDescriptors({ ...LIMITS, ...options.limits });
    const scheme = tls === undefined ? 'http' : 'https';
    this.#listen = options.listen;
    this.#connections = new Connections({
      application: websocket,
      layer,
      log,
      closeCodes,
      limits,
      heartbeat,
      accessLog,
    });
    const { answerMs } = limits;
    this.#requestHandler = new RequestHandler({
      http,
      connections: this.#connections,
      scheme,
      ownHeaders,
      trustProxy,
      answerMs,
      log,
      accessLog,
    });
    const handlers = runtimeHandlers(limits, this.#requestHandler);
    this.#listener = new Listener((port) => listenWith(handlers, options.listen, tls, port), log);
  }

  get port(): number {
    return this.#listener.port;
  }

  get url(): string {
    return 'unix' in this.#listen ? `unix:${this.#listen.unix}` : this.#listener.url.origin;
  }

  get sockets(): number {
    return this.#connections.openCount;
  }

  get pendingSockets(): number {
    return this.#connections.connectingCount;
  }

  stop(options: StopOptions = {}): Promise<void> {
    this.#stopped ??= this.#stop({ retryAfterMs: 1_000, spreadMs: 2_000, waitMs: 5_000, requestMs: 5_000, ...options });
    return this.#stopped;
  }

  async #stop({ retryAfterMs, spreadMs, waitMs, requestMs }: Required<StopOptions>): Promise<void> {
    this.#requestHandler.isStopping = true;
    const finished = this.#listener.stop();
    const closed = this.#connections.stop(retryAfterMs, spreadMs, waitMs);
    this.#listener.closeIdleConnections();
    await withTimeout(
      closed.then(() => withTimeout(finished, requestMs)),
      waitMs,
    );
    await this.#listener.terminate();
  }
}

function withinDescriptors(limits: Limits): Limits {
  return { ...limits, maxSockets: Math.min(limits.maxSockets, maxSocketsFor(descriptorLimit())) };
}

/** `port` in the place of the one that `listen` names, which may be 0. */
function listenWith(
  handlers: ReturnType<typeof runtimeHandlers>,
  listen: ListenOptions,
  tls: TlsTexts | undefined,
  port?: number,
): BunServer<Connection> {
  const shared = { ...handlers, ...(tls === undefined ? {} : { tls }) };
  if ('unix' in listen) return Bun.serve<Connection>({ ...shared, unix: listen.unix });
  return Bun.serve<Connection>({ ...shared, ...listen, port: port ?? listen.port, http2: tls !== undefined });
}

function runtimeHandlers(limits: Limits, requestHandler: RequestHandler) {
  return {
    development: false,
    maxRequestBodySize: limits.bodyBytes,
    fetch: (request: Request, server: BunServer<Connection>) => requestHandler.handleRequest(request, server),
    error: (error: unknown) => requestHandler.onError(error),
    websocket: socketHandlers(limits),
  } as const;
}

/** The runtime's idle time-out is off: frames that the server sends reset it, so a dead peer would never time out. */
function socketHandlers(limits: Limits): WebSocketHandler<Connection> {
  return {
    idleTimeout: 0,
    sendPings: false,
    maxPayloadLength: limits.frameBytes,
    backpressureLimit: limits.hardBytes,
    closeOnBackpressureLimit: true,
    open: (ws) => ws.data.onOpen(ws),
    message: (ws, data) => ws.data.onFrame(data),
    drain: (ws) => ws.data.onDrain(),
    ping: (ws) => ws.data.onPingOrPong(),
    pong: (ws) => ws.data.onPingOrPong(),
    close: (ws, code, reason) => ws.data.onClose(code, reason),
  };
}
