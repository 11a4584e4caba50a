import type { Consumer } from './consumer.ts';

/** What is known of a request or a handshake before anybody handles it. */
export interface Scope {
  readonly request: Request;
  /** Upper case. */
  readonly method: string;
  /** As it was sent: percent-encoded, without the query. Only `.` and `..` are resolved, by the runtime. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** From the path pattern, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The Host header, checked for form (not for being ours). */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  /** The address of the peer, or of the client a trusted proxy speaks for. */
  readonly client: string;
}

/** One shape for router, middleware and consumer's maker, so that they nest. May throw `Denied`. */
export type SocketApplication<S extends Scope = Scope> = (scope: S) => Consumer | Promise<Consumer>;
export type HttpApplication<S extends Scope = Scope> = (scope: S) => Response | Promise<Response>;
