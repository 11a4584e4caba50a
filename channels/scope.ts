import type { Consumer } from './consumer.ts';

/** What is known of a request or a handshake before it is handled. */
export interface Scope {
  readonly request: Request;
  /** Upper case. */
  readonly method: string;
  /** As the client sent it: percent-encoded, without the query. Only `.` and `..` are resolved, by the runtime. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** From the path pattern, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The Host header; its form is checked, not whether it names this server. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  /** The address of the peer, or of the client behind trusted proxies. */
  readonly client: string;
}

/** Routers, guards and consumer factories have the same shape, so that they nest. May throw `Denied`. */
export type SocketApplication<S extends Scope = Scope> = (scope: S) => Consumer | Promise<Consumer>;
export type HttpApplication<S extends Scope = Scope> = (scope: S) => Response | Promise<Response>;
