/** The same person once more, on a socket of their own: says again what they said, under the same nonce. */

import { type ClientIdentity, ClientSocket } from '../client/bun-socket.ts';
import { SILENCE_S } from '../protocol/limits.ts';

const SILENCE_MS = SILENCE_S * 1_000;
const DIAL_AGAIN_MS = 500;

export interface Said {
  readonly nonce: string;
  readonly text: string;
}

export class DuplicateSender {
  /** What went out a second time. */
  repeats = 0;
  #line: ClientSocket | null = null;
  #isOver = false;

  constructor(
    private readonly member: ClientIdentity,
    private readonly room: string,
  ) {
    this.#dial();
  }

  /** In the same moment, or later; nothing is lost if there is no line for it just now. */
  repeat({ nonce, text }: Said): void {
    if (this.#line?.isOpen !== true) return;
    this.#line.send(JSON.stringify({ message: text, nonce }));
    this.repeats += 1;
  }

  stop(): void {
    this.#isOver = true;
    this.#line?.close();
  }

  #dial(): void {
    this.#line = new ClientSocket(this.member.socketTarget(this.room, ''), { silenceMs: SILENCE_MS, onText: () => {} });
    this.#line.closed.then(() => Bun.sleep(DIAL_AGAIN_MS)).then(() => this.#isOver || this.#dial());
  }
}
