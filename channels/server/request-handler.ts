import { Denied } from '../consumer.ts';
import { faultLine, type Log } from '../log.ts';
import { plainAddress } from '../middleware/ip-address.ts';
import type { HttpApplication, Scope } from '../scope.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import { asksForSocket, isValidHandshake, SOCKET_VERSION, scopeOf } from './request-scope.ts';
import { proxyTrust, type RequestOrigin } from './trusted-proxy.ts';

export interface RequestHandlerOptions {
  readonly http: HttpApplication;
  readonly connections: Connections;
  readonly scheme: 'http' | 'https';
  readonly ownHeaders: Readonly<Record<string, string>>;
  readonly trustProxy: readonly string[];
  /** 0: no limit. */
  readonly answerMs: number;
  readonly log: Log;
  readonly accessLog: (line: string) => void;
}

/** The part of the runtime's server that answering a request needs. */
export interface Upgrader {
  requestIP(request: Request): { readonly address: string } | null;
  upgrade(request: Request, options: { data: Connection; headers: Record<string, string> }): boolean;
}

/** Checks the form of every request, then hands it to the HTTP or the WebSocket application. */
export class RequestHandler {
  /** Set by a server that is stopping: further requests on open connections are refused. */
  isStopping = false;
  readonly #options: RequestHandlerOptions;
  readonly #trustProxy: ReturnType<typeof proxyTrust>;

  constructor(options: RequestHandlerOptions) {
    this.#options = options;
    this.#trustProxy = proxyTrust(options.trustProxy);
  }

  /** Undefined when the request has become a socket. */
  async handleRequest(request: Request, server: Upgrader): Promise<Response | undefined> {
    const startedAt = performance.now();
    const origin = this.#originOfRequest(request, server);
    const scope = scopeOf(request, origin);
    const response = scope === null ? this.#plainResponse(400) : await this.#dispatch(scope, server);
    if (response === undefined) return undefined;
    const path = scope?.path ?? '-';
    const what = asksForSocket(request.headers) ? `${path} refused` : `${request.method} ${path}`;
    const ms = Math.round(performance.now() - startedAt);
    this.#options.accessLog(`${origin.client} ${what} ${response.status} ${ms} ms`);
    return response;
  }

  onError(error: unknown): Response {
    this.#options.log.error(faultLine(error));
    return this.#plainResponse(500);
  }

  #originOfRequest(request: Request, server: Upgrader): RequestOrigin {
    // A peer on a unix socket is on this machine.
    const address = plainAddress(server.requestIP(request)?.address ?? '127.0.0.1');
    return this.#trustProxy({ client: address, scheme: this.#options.scheme }, request.headers);
  }

  async #dispatch(scope: Scope, server: Upgrader): Promise<Response | undefined> {
    if (this.isStopping) return this.#denial(STOPPING);
    if (!METHODS.has(scope.method)) return this.#denial(METHOD_NOT_ALLOWED);
    if (!asksForSocket(scope.headers)) return this.#answerRequest(scope);
    if (scope.method !== 'GET') return this.#denial(SOCKET_METHOD);
    if (scope.headers.get('sec-websocket-version') !== SOCKET_VERSION) return this.#denial(OTHER_VERSION);
    if (!isValidHandshake(scope.headers)) return this.#plainResponse(400);
    return this.#openSocket(scope, server);
  }

  async #answerRequest(scope: Scope): Promise<Response> {
    try {
      return await this.#inTime(scope, this.#options.http(scope));
    } catch (error) {
      if (error instanceof Denied) return this.#denial(error);
      this.#options.log.error(`${scope.client} ${scope.method} ${scope.path}: ${faultLine(error)}`);
      return this.#plainResponse(500);
    }
  }

  /** An answer that takes too long is not awaited any longer, and dropped when it comes. */
  async #inTime(scope: Scope, answer: Response | Promise<Response>): Promise<Response> {
    const { answerMs } = this.#options;
    if (answer instanceof Response || answerMs === 0) return answer;
    const timeout = Promise.withResolvers<Response>();
    const timer = setTimeout(() => {
      this.#options.log.warn(`${scope.client} ${scope.method} ${scope.path}: not answered within ${answerMs} ms`);
      timeout.reject(TIMED_OUT);
    }, answerMs);
    return Promise.race([answer, timeout.promise]).finally(() => clearTimeout(timer));
  }

  async #openSocket(scope: Scope, server: Upgrader): Promise<Response | undefined> {
    const decision = await this.#options.connections.admit(scope, (connection, headers) =>
      server.upgrade(scope.request, { data: connection, headers }),
    );
    if (decision === 'accepted') return undefined;
    return decision === 'closed' ? this.#plainResponse(CLIENT_CLOSED_REQUEST) : this.#denial(decision);
  }

  #denial(denied: Denied): Response {
    return this.#plainResponse(denied.status, denied.headers, denied.text);
  }

  #plainResponse(status: number, headers: Readonly<Record<string, string>> = {}, text = ''): Response {
    return new Response(text, { status, headers: { ...PLAIN, ...this.#options.ownHeaders, ...headers } });
  }
}

const METHODS = new Set(['GET', 'HEAD', 'POST']);
const METHOD_NOT_ALLOWED = new Denied(405, { allow: 'GET, HEAD, POST' });
const SOCKET_METHOD = new Denied(405, { allow: 'GET' });
/** The runtime would give this answer only after an application had accepted. */
const OTHER_VERSION = new Denied(426, { upgrade: 'websocket', 'sec-websocket-version': SOCKET_VERSION });
const TIMED_OUT = new Denied(503, { 'retry-after': '5' });
/** Never read by a client: the access log of other servers, too, has 499 for a client that left before the answer. */
const CLIENT_CLOSED_REQUEST = 499;
const STOPPING = new Denied(503, { 'retry-after': '1' });

const PLAIN = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
