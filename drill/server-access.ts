/** How the drill's people reach the server: at its own port, or through a relay; always as a browser of theirs would. */

import type { ClientIdentity, SocketTarget } from '../client/bun-socket.ts';
import { cookieName } from '../server/http/cookies.ts';
import type { ListenAddress } from '../server/listen-address.ts';
import { DrillError } from './drill-error.ts';
import type { Bot, Reservation } from './reservation.ts';
import { StallingProxy, type Target } from './stalling-proxy.ts';

const ASK_AGAIN_MS = 200;
/** From here on it is a server, or a proxy, that cannot answer now. */
const NOT_NOW_STATUS = 500;

export class ServerAccess {
  private constructor(
    private readonly hold: Pick<Reservation, 'venue'>,
    /** Null: straight to the server's port. */
    private readonly relay: StallingProxy | null,
  ) {}

  /** A server on a unix socket has no port of its own to go to. */
  static async open(hold: Pick<Reservation, 'venue'>): Promise<ServerAccess> {
    return new ServerAccess(hold, hold.venue.unixSocket === null ? null : await ServerAccess.#relay(hold));
  }

  static async throughRelay(hold: Pick<Reservation, 'venue'>): Promise<{ road: ServerAccess; relay: StallingProxy }> {
    const relay = await ServerAccess.#relay(hold);
    return { road: new ServerAccess(hold, relay), relay };
  }

  static #relay(hold: Pick<Reservation, 'venue'>): Promise<StallingProxy> {
    return StallingProxy.to(() => targetOf(hold.venue));
  }

  member(hand: Bot): ClientIdentity {
    return { name: hand.name, socketTarget: (room, query) => this.#line(hand, room, query) };
  }

  /** A server that goes away meanwhile, or is only just coming back, is asked again. Throws a DrillProblem. */
  async get(hand: Bot, path: string, patience: AbortSignal): Promise<unknown> {
    while (!patience.aborted) {
      const body = await this.#ask(hand, path, patience).catch(notYet);
      if (body !== null) return body;
      await Bun.sleep(ASK_AGAIN_MS);
    }
    throw new DrillError(`The server did not answer at ${path}.`);
  }

  close(): void {
    this.relay?.close();
  }

  /** Null when the answer is for another time. */
  async #ask(hand: Bot, path: string, patience: AbortSignal): Promise<unknown> {
    const { url, headers } = this.#as(hand);
    const response = await fetch(url.origin + path, { headers, tls: OUR_OWN, signal: patience });
    if (response.ok) return response.json();
    if (response.status >= NOT_NOW_STATUS) return null;
    throw new DrillError(`The server answered ${response.status} at ${path}.`);
  }

  #line(hand: Bot, room: string, query: string): SocketTarget {
    const { url, headers } = this.#as(hand);
    const path = `/ws/chat/${room}/${query === '' ? '' : `?${query}`}`;
    return { address: url.origin.replace(/^http/, 'ws') + path, headers, tls: OUR_OWN };
  }

  #as({ token }: Bot): { url: URL; headers: Record<string, string> } {
    const { url: listens, origin } = this.hold.venue;
    const url = new URL(listens);
    if (this.relay !== null) url.host = `127.0.0.1:${this.relay.port}`;
    const scheme = url.protocol === 'https:' ? 'https' : 'http';
    const cookie = cookieName({ scheme, host: url.host }, 'session');
    return { url, headers: { cookie: `${cookie}=${token}`, origin: origin ?? url.origin } };
  }
}

/** The certificate is made out to the name that people use, not to an address of this machine. */
const OUR_OWN = { rejectUnauthorized: false };

/** The line was cut, in the middle of the answer or before it. */
function notYet(error: unknown): null {
  if (error instanceof DrillError) throw error;
  return null;
}

function targetOf({ url, unixSocket }: ListenAddress): Target {
  if (unixSocket !== null) return { path: unixSocket };
  const { protocol, hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80)) };
}
