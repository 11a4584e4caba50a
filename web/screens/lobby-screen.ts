import type { Connection, ConnectionState } from '../../client/connection.ts';
import type { RoomsChanged } from '../../protocol/frames.ts';
import { parseFrames } from '../../protocol/server-frames.ts';
import { createConnection } from '../connection/page-connection.ts';
import { statusOf } from '../connection/status.ts';
import type { Screen, ScreenParts } from './screen.ts';

/** The page of all rooms: shows the changes of each, and is in none of them. */
export class LobbyScreen implements Screen {
  readonly #connection: Connection;

  constructor(private readonly parts: ScreenParts) {
    this.#connection = createConnection(null, () => '/ws/lobby/', {
      clock: parts.clock,
      onText: (text) => this.#onReceived(text),
      onStateChange: (state) => this.#onStateChange(state),
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

  #onReceived(text: string): void {
    this.parts.status.onReceived();
    for (const frame of parseFrames(text)) {
      if (this.#connection.state === 'signed-out') return;
      if (frame.type === 'rooms') this.#onRooms(frame);
      if (frame.type === 'read') this.parts.rooms.markRead(frame.room, frame.seq);
    }
  }

  #onRooms({ rooms, welcome }: RoomsChanged): void {
    if (welcome !== undefined) this.#onWelcome(welcome);
    if (this.#connection.state === 'open') this.parts.rooms.applySummaries(rooms);
  }

  #onWelcome({ user, epoch, version }: NonNullable<RoomsChanged['welcome']>): void {
    // In another tab another user has logged in: this page shows nothing that belongs to them.
    if (user !== this.parts.me.name) this.#connection.end('signed-out');
    else this.#enter(epoch, version);
  }

  #enter(epoch: string, version: string): void {
    this.#connection.onWelcome();
    this.parts.onWelcome(version);
    this.parts.rooms.setEpoch(epoch);
    void this.parts.rooms.load();
    this.#showStatus();
  }

  #onStateChange(state: ConnectionState): void {
    if (state === 'signed-out') this.parts.onLoggedOut();
    this.#showStatus();
  }

  #showStatus(): void {
    const { state, isReady } = this.#connection;
    this.parts.status.showStatus(statusOf(state, isReady, 0));
  }
}
