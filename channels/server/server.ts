import type { Server as BunServer, WebSocketHandler } from 'bun';
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
  try {
    return new RunningServer(options);
  } catch (error) {
    throw listenError(options.listen, error) ?? error;
  }
}

class RunningServer implements Server {
  readonly #connections: Connections;
  readonly #requestHandler: RequestHandler;
  readonly #bun: BunServer<Connection>;
  readonly #listen: ListenOptions;
  #stopped: Promise<void> | null = null;

  constructor(options: ServeOptions) {
    const { websocket, http, layer, log, closeCodes, heartbeat = HEARTBEAT } = options;
    const { trustProxy = [], ownHeaders = {} } = options;
    const accessLog = safeSink(options.accessLog ?? (() => {}), 'the access log', log);
    const limits = { ...LIMITS, ...options.limits };
    const scheme = options.tls === undefined ? 'http' : 'https';
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
    this.#bun = listenWith(options, limits, this.#requestHandler);
  }

  get port(): number {
    return this.#bun.port ?? 0;
  }

  get url(): string {
    return 'unix' in this.#listen ? `unix:${this.#listen.unix}` : this.#bun.url.origin;
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
    const finished = this.#bun.stop();
    const closed = this.#connections.stop(retryAfterMs, spreadMs, waitMs);
    this.#bun.closeIdleConnections();
    await withTimeout(
      closed.then(() => withTimeout(finished, requestMs)),
      waitMs,
    );
    await this.#bun.stop(true);
  }
}

function listenWith(options: ServeOptions, limits: Limits, requestHandler: RequestHandler): BunServer<Connection> {
  const { listen, tls } = options;
  const shared = {
    development: false,
    maxRequestBodySize: limits.bodyBytes,
    fetch: (request: Request, server: BunServer<Connection>) => requestHandler.handleRequest(request, server),
    error: (error: unknown) => requestHandler.onError(error),
    websocket: socketHandlers(limits),
    ...(tls === undefined ? {} : { tls }),
  };
  if ('unix' in listen) return Bun.serve<Connection>({ ...shared, unix: listen.unix });
  return Bun.serve<Connection>({ ...shared, ...listen, http2: tls !== undefined });
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
