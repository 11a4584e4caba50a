import type { Connection, ConnectionState } from './connection.ts';
import { statusOf } from './connection-status.ts';
import { parseFrames } from './server-frame.ts';
import { siteConnection } from './site-connection.ts';
import { verdictOn } from './verdict.ts';
import type { Visit, VisitParts } from './visit.ts';

/** On the page of all rooms: in none of them, and told what goes on in each. */
export class Lobby implements Visit {
  readonly #connection: Connection;

  constructor(private readonly parts: VisitParts) {
    this.#connection = siteConnection(null, () => '/ws/lobby/', {
      clock: parts.clock,
      heard: (text) => this.#hear(text),
      changed: (state) => this.#changed(state),
    });
    this.#connection.start();
  }

  close(): void {
    this.#connection.stop();
  }

  doubt(): void {
    this.#connection.comeBack();
  }

  hurry(): void {
    this.#connection.hurry();
  }

  seen(): void {}

  post(): void {}

  #hear(text: string): void {
    for (const frame of parseFrames(text)) {
      if (frame.type === 'rooms') this.parts.rooms.changed(frame.rooms);
      if (frame.type === 'read') this.parts.rooms.read(frame.room, frame.seq);
    }
  }

  #changed(state: ConnectionState): void {
    this.parts.status.show(statusOf(state, true, 0));
    if (state === 'open') void this.#opened();
    if (state === 'signed-out') this.parts.signedOut();
  }

  /** No frame here says whose socket this is. */
  async #opened(): Promise<void> {
    const verdict = await verdictOn(null);
    if (this.#connection.state !== 'open') return;
    if (verdict !== 'wait') return this.#connection.end(verdict);
    this.parts.notice.signedIn();
    await this.parts.rooms.load();
  }
}
