/** How the drill's people reach the server: at its own port, or through a relay; always as a browser of theirs would. */
import type { Venue } from '../venue.ts';
import type { Handshake, Member } from './line.ts';
import { Relay, type Target } from './relay.ts';
import type { Hand, ScratchHold } from './scratch-hold.ts';

export class Road {
  private constructor(
    private readonly hold: ScratchHold,
    /** Null: straight to the server's port. */
    private readonly relay: Relay | null,
  ) {}

  /** A server on a unix socket has no port of its own to go to. */
  static async open(hold: ScratchHold): Promise<Road> {
    return new Road(hold, hold.venue.unixSocket === null ? null : await Road.#relay(hold));
  }

  static async throughRelay(hold: ScratchHold): Promise<{ road: Road; relay: Relay }> {
    const relay = await Road.#relay(hold);
    return { road: new Road(hold, relay), relay };
  }

  static #relay(hold: ScratchHold): Promise<Relay> {
    return Relay.to(() => targetOf(hold.venue));
  }

  member(hand: Hand): Member {
    return { name: hand.name, line: (room, query) => this.#line(hand, room, query) };
  }

  async get(hand: Hand, path: string): Promise<unknown> {
    const { url, headers } = this.#as(hand);
    const response = await fetch(url.origin + path, { headers, tls: OUR_OWN });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  close(): void {
    this.relay?.close();
  }

  #line(hand: Hand, room: string, query: string): Handshake {
    const { url, headers } = this.#as(hand);
    const path = `/ws/chat/${room}/${query === '' ? '' : `?${query}`}`;
    return { address: url.origin.replace(/^http/, 'ws') + path, headers, tls: OUR_OWN };
  }

  #as({ token }: Hand): { url: URL; headers: Record<string, string> } {
    const { url: listens, origin } = this.hold.venue;
    const url = new URL(listens);
    if (this.relay !== null) url.host = `127.0.0.1:${this.relay.port}`;
    const cookie = url.protocol === 'https:' ? '__Host-salon-session' : `salon-session-${url.port || '80'}`;
    return { url, headers: { cookie: `${cookie}=${token}`, origin: origin ?? url.origin } };
  }
}

/** The certificate is made out to the name that people use, not to an address of this machine. */
const OUR_OWN = { rejectUnauthorized: false };

function targetOf({ url, unixSocket }: Venue): Target {
  if (unixSocket !== null) return { path: unixSocket };
  const { protocol, hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80)) };
}
