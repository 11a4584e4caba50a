import { Denied } from '../consumer.ts';
import { faultLine, type Log } from '../log.ts';
import { plainAddress } from '../middleware/ip-address.ts';
import type { HttpApplication, Scope } from '../scope.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import { asksForSocket, isWholeHandshake, SOCKET_VERSION, scopeOf } from './request-scope.ts';
import { proxyTrust, type RequestOrigin } from './trusted-proxy.ts';

export interface RequestHandlerOptions {
  readonly http: HttpApplication;
  readonly sockets: Connections;
  readonly scheme: 'http' | 'https';
  readonly ownHeaders: Readonly<Record<string, string>>;
  readonly trustProxy: readonly string[];
  /** 0: a request may take as long as it likes. */
  readonly answerMs: number;
  readonly log: Log;
  readonly accessLog: (line: string) => void;
}

/** The part of the runtime's server that answering a request needs. */
export interface Upgrader {
  requestIP(request: Request): { readonly address: string } | null;
  upgrade(request: Request, options: { data: Connection; headers: Record<string, string> }): boolean;
}

/** Every request comes through here: checked for its form, then given to the one application or the other. */
export class RequestHandler {
  /** Set by a server that stops: what still comes on open connections is sent away. */
  stopping = false;
  readonly #options: RequestHandlerOptions;
  readonly #originOf: ReturnType<typeof proxyTrust>;

  constructor(options: RequestHandlerOptions) {
    this.#options = options;
    this.#originOf = proxyTrust(options.trustProxy);
  }

  /** Undefined when the request has become a socket. */
  async answer(request: Request, server: Upgrader): Promise<Response | undefined> {
    const startedAt = performance.now();
    const from = this.#from(request, server);
    const scope = scopeOf(request, from);
    const response = scope === null ? this.#plain(400) : await this.#dispatch(scope, server);
    if (response === undefined) return undefined;
    const path = scope?.path ?? '-';
    const what = asksForSocket(request.headers) ? `${path} refused` : `${request.method} ${path}`;
    const ms = Math.round(performance.now() - startedAt);
    this.#options.accessLog(`${from.client} ${what} ${response.status} ${ms} ms`);
    return response;
  }

  fault(error: unknown): Response {
    this.#options.log.error(faultLine(error));
    return this.#plain(500);
  }

  #from(request: Request, server: Upgrader): RequestOrigin {
    // A peer on a unix socket is on this machine.
    const address = plainAddress(server.requestIP(request)?.address ?? '127.0.0.1');
    return this.#originOf({ client: address, scheme: this.#options.scheme }, request.headers);
  }

  async #dispatch(scope: Scope, server: Upgrader): Promise<Response | undefined> {
    if (this.stopping) return this.#refusal(STOPPING);
    if (!METHODS.has(scope.method)) return this.#refusal(METHOD_NOT_ALLOWED);
    if (!asksForSocket(scope.headers)) return this.#http(scope);
    if (scope.method !== 'GET') return this.#refusal(SOCKET_METHOD);
    if (scope.headers.get('sec-websocket-version') !== SOCKET_VERSION) return this.#refusal(OTHER_VERSION);
    if (!isWholeHandshake(scope.headers)) return this.#plain(400);
    return this.#socket(scope, server);
  }

  async #http(scope: Scope): Promise<Response> {
    try {
      return await this.#inTime(scope, this.#options.http(scope));
    } catch (error) {
      if (error instanceof Denied) return this.#refusal(error);
      this.#options.log.error(`${scope.client} ${scope.method} ${scope.path}: ${faultLine(error)}`);
      return this.#plain(500);
    }
  }

  /** What takes too long is not waited for; whatever it comes to then is nobody's answer any more. */
  async #inTime(scope: Scope, answer: Response | Promise<Response>): Promise<Response> {
    const { answerMs } = this.#options;
    if (answer instanceof Response || answerMs === 0) return answer;
    const late = Promise.withResolvers<Response>();
    const timer = setTimeout(() => {
      this.#options.log.warn(`${scope.client} ${scope.method} ${scope.path}: not answered within ${answerMs} ms`);
      late.reject(LATE);
    }, answerMs);
    return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
  }

  async #socket(scope: Scope, server: Upgrader): Promise<Response | undefined> {
    const decision = await this.#options.sockets.admit(scope, (connection, headers) =>
      server.upgrade(scope.request, { data: connection, headers }),
    );
    if (decision === 'accepted') return undefined;
    return decision === 'gone' ? this.#plain(GONE) : this.#refusal(decision);
  }

  #refusal(denied: Denied): Response {
    return this.#plain(denied.status, denied.headers, denied.text);
  }

  #plain(status: number, headers: Readonly<Record<string, string>> = {}, text = ''): Response {
    return new Response(text, { status, headers: { ...PLAIN, ...this.#options.ownHeaders, ...headers } });
  }
}

const METHODS = new Set(['GET', 'HEAD', 'POST']);
const METHOD_NOT_ALLOWED = new Denied(405, { allow: 'GET, HEAD, POST' });
const SOCKET_METHOD = new Denied(405, { allow: 'GET' });
/** Left to the runtime, this answer would come only after an application had accepted. */
const OTHER_VERSION = new Denied(426, { upgrade: 'websocket', 'sec-websocket-version': SOCKET_VERSION });
const LATE = new Denied(503, { 'retry-after': '5' });
/** Nobody is there to read it; in the access log it is the word of other servers for a client that went first. */
const GONE = 499;
const STOPPING = new Denied(503, { 'retry-after': '1' });

const PLAIN = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
