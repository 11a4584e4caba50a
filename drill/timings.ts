/** The times of a drill: how long connected clients waited for messages, and how soon the others were back. */
import type { ServerFrame } from '../protocol/frames.ts';

interface ConnectionState {
  /** Null while it is not live. */
  liveSince: number | null;
  /** Since when it could have been live again; null when there is no absence to measure. */
  couldBeLiveSince: number | null;
}

export class Timings {
  readonly acknowledgedMs: number[] = [];
  readonly shownMs: number[] = [];
  readonly reconnectMs: number[] = [];
  readonly #sent = new Map<string, { readonly by: string; readonly at: number }>();
  readonly #clients = new Map<string, ConnectionState>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  onSent(by: string, nonce: string): void {
    this.#sent.set(nonce, { by, at: this.now() });
  }

  /** Its connection is cut, and it stays away for so long: that part of the absence is not the server's. */
  onCut(name: string, forMs: number): void {
    this.#stateOf(name).couldBeLiveSince = this.now() + forMs;
  }

  onDisconnect(name: string): void {
    const client = this.#stateOf(name);
    if (client.liveSince !== null) client.couldBeLiveSince ??= this.now();
    client.liveSince = null;
  }

  onFrame(name: string, frame: ServerFrame): void {
    if (frame.type === 'live') this.#onLive(name);
    if (frame.type === 'chat_message' && frame.repeat !== true) this.#onMessage(name, frame.nonce);
  }

  #onLive(name: string): void {
    const client = this.#stateOf(name);
    if (client.liveSince === null) client.liveSince = this.now();
    if (client.couldBeLiveSince !== null) this.reconnectMs.push(Math.max(0, this.now() - client.couldBeLiveSince));
    client.couldBeLiveSince = null;
  }

  #onMessage(name: string, nonce: string | undefined): void {
    const sent = nonce === undefined ? undefined : this.#sent.get(nonce);
    if (sent === undefined || !this.#wasLive(name, sent.at) || !this.#wasLive(sent.by, sent.at)) return;
    const times = name === sent.by ? this.acknowledgedMs : this.shownMs;
    times.push(this.now() - sent.at);
  }

  #wasLive(name: string, at: number): boolean {
    const { liveSince } = this.#stateOf(name);
    return liveSince !== null && liveSince <= at;
  }

  #stateOf(name: string): ConnectionState {
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const client: ConnectionState = { liveSince: null, couldBeLiveSince: null };
    this.#clients.set(name, client);
    return client;
  }
}
