import type { Connection, ConnectionState } from '../../client/connection.ts';
import type { RoomsChanged } from '../../protocol/frames.ts';
import { parseFrames } from '../../protocol/server-frames.ts';
import { createConnection } from '../connection/page-connection.ts';
import { statusOf } from '../connection/status.ts';
import type { PageParts, Screen } from './screen.ts';

/** On the page of all rooms: in none of them, and told what goes on in each. */
export class LobbyScreen implements Screen {
  readonly #connection: Connection;

  constructor(private readonly parts: PageParts) {
    this.#connection = createConnection(null, () => '/ws/lobby/', {
      clock: parts.clock,
      heard: (text) => this.#hear(text),
      changed: (state) => this.#changed(state),
    });
    this.#connection.start();
  }

  close(): void {
    this.#connection.stop();
  }

  checkConnection(): void {
    this.#connection.reconnect();
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  seen(): void {}

  goTo(): void {}

  scrolled(): void {}

  lookedAway(): void {}

  change(doing: () => void): void {
    doing();
  }

  post(): void {}

  editLast(): boolean {
    return false;
  }

  #hear(text: string): void {
    this.parts.status.onReceived();
    for (const frame of parseFrames(text)) {
      if (this.#connection.state === 'signed-out') return;
      if (frame.type === 'rooms') this.#rooms(frame);
      if (frame.type === 'read') this.parts.rooms.read(frame.room, frame.seq);
    }
  }

  #rooms({ rooms, welcome }: RoomsChanged): void {
    if (welcome !== undefined) this.#welcome(welcome);
    if (this.#connection.state === 'open') this.parts.rooms.changed(rooms);
  }

  #welcome({ user, epoch, version }: NonNullable<RoomsChanged['welcome']>): void {
    // Another tab signed in as somebody else: nothing on this page is theirs.
    if (user !== this.parts.me.name) this.#connection.end('signed-out');
    else this.#enter(epoch, version);
  }

  #enter(epoch: string, version: string): void {
    this.#connection.welcomed();
    this.parts.notice.serverVersion(version);
    this.parts.rooms.inHistory(epoch);
    void this.parts.rooms.load();
    this.#showStatus();
  }

  #changed(state: ConnectionState): void {
    if (state === 'signed-out') this.parts.signedOut();
    this.#showStatus();
  }

  #showStatus(): void {
    const { state, isReady } = this.#connection;
    this.parts.status.showStatus(statusOf(state, isReady, 0));
  }
}
