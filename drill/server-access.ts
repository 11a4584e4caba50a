/** How the bots reach the server: at its own port or through a stalling proxy, always as a browser would. */
import type { ClientIdentity, SocketTarget } from '../client/bun-socket.ts';
import { cookieName } from '../server/http/cookies.ts';
import type { ListenAddress } from '../server/listen-address.ts';
import { DrillError } from './drill-error.ts';
import type { Bot, Reservation } from './reservation.ts';
import { StallingProxy, type Target } from './stalling-proxy.ts';

const RETRY_MS = 200;
/** From this status on a server, or a proxy before it, cannot answer now. */
const UNAVAILABLE_STATUS = 500;

export class ServerAccess {
  private constructor(
    private readonly reservation: Pick<Reservation, 'listenAddress'>,
    /** Null: directly to the server's port. */
    private readonly proxy: StallingProxy | null,
  ) {}

  /** A server on a unix socket has no port of its own: it is reached through a proxy that never stalls. */
  static async open(reservation: Pick<Reservation, 'listenAddress'>): Promise<ServerAccess> {
    return new ServerAccess(
      reservation,
      reservation.listenAddress.unixSocket === null ? null : await ServerAccess.#startProxy(reservation),
    );
  }

  static async openStalling(
    reservation: Pick<Reservation, 'listenAddress'>,
  ): Promise<{ access: ServerAccess; proxy: StallingProxy }> {
    const proxy = await ServerAccess.#startProxy(reservation);
    return { access: new ServerAccess(reservation, proxy), proxy };
  }

  static #startProxy(reservation: Pick<Reservation, 'listenAddress'>): Promise<StallingProxy> {
    return StallingProxy.start(() => targetOf(reservation.listenAddress));
  }

  identityOf(bot: Bot): ClientIdentity {
    return { name: bot.name, socketTarget: (room, query) => this.#socketTarget(bot, room, query) };
  }

  /** Retries while the server is down or starting. Throws a DrillError. */
  async fetchJson(bot: Bot, path: string, signal: AbortSignal): Promise<unknown> {
    while (!signal.aborted) {
      const body = await this.#requestJson(bot, path, signal).catch(retryUnlessFinal);
      if (body !== null) return body;
      await Bun.sleep(RETRY_MS);
    }
    throw new DrillError(`The server did not answer at ${path}.`);
  }

  close(): void {
    this.proxy?.close();
  }

  /** Null when the server cannot answer now. */
  async #requestJson(bot: Bot, path: string, signal: AbortSignal): Promise<unknown> {
    const { url, headers } = this.#addressFor(bot);
    const response = await fetch(url.origin + path, { headers, tls: OWN_SERVER, signal });
    if (response.ok) return response.json();
    if (response.status >= UNAVAILABLE_STATUS) return null;
    throw new DrillError(`The server answered ${response.status} at ${path}.`);
  }

  #socketTarget(bot: Bot, room: string, query: string): SocketTarget {
    const { url, headers } = this.#addressFor(bot);
    const path = `/ws/chat/${room}/${query === '' ? '' : `?${query}`}`;
    return { address: url.origin.replace(/^http/, 'ws') + path, headers, tls: OWN_SERVER };
  }

  #addressFor({ token }: Bot): { url: URL; headers: Record<string, string> } {
    const { url: listenUrl, origin } = this.reservation.listenAddress;
    const url = new URL(listenUrl);
    if (this.proxy !== null) url.host = `127.0.0.1:${this.proxy.port}`;
    const scheme = url.protocol === 'https:' ? 'https' : 'http';
    const cookie = cookieName({ scheme, host: url.host }, 'session');
    return { url, headers: { cookie: `${cookie}=${token}`, origin: origin ?? url.origin } };
  }
}

/** The certificate names the host that users type, not an address of this machine. */
const OWN_SERVER = { rejectUnauthorized: false };

/** The connection broke before or during the answer; a DrillError is final. */
function retryUnlessFinal(error: unknown): null {
  if (error instanceof DrillError) throw error;
  return null;
}

function targetOf({ url, unixSocket }: ListenAddress): Target {
  if (unixSocket !== null) return { path: unixSocket };
  const { protocol, hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80)) };
}
