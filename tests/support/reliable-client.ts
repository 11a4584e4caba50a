/** The browser's half of the promise, without a page: resume by `after`, the gap rule, an outbox that sends one at a time. */
import type { Entry } from './checker.ts';
import type { Person } from './person.ts';
import type { Frame, RoomSocket } from './room-socket.ts';

interface Outgoing {
  readonly nonce: string;
  readonly text: string;
}

const RETURN_MS = { min: 10, spread: 90 };

export class ReliableClient {
  /** What was done and seen, in order, for the checker. */
  readonly log: Entry[] = [];
  /** The number up to which nothing is missing; null before the first `live`. */
  last: number | null = null;
  #epoch = '';
  #outbox: Outgoing[] = [];
  #live = false;
  #socket: RoomSocket | null = null;
  #stopped = false;
  #changed: Array<() => void> = [];
  readonly #running: Promise<void>;

  constructor(
    private readonly person: Person,
    private readonly room: string,
    private readonly random: () => number,
  ) {
    this.#running = this.#run();
  }

  say(text: string): void {
    const nonce = Bun.randomUUIDv7();
    this.log.push({ op: 'send', nonce, text });
    this.#outbox.push({ nonce, text });
    if (this.#outbox.length === 1) this.#sendFirst();
  }

  /** Resolves when nothing waits for its acknowledgement. */
  async settled(): Promise<void> {
    await this.#until(() => this.#outbox.length === 0);
  }

  async caughtUp(head: number): Promise<void> {
    await this.#until(() => this.#live && this.last !== null && this.last >= head);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#socket?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.#visit().catch(() => undefined);
      this.#live = false;
      this.#socket = null;
      if (!this.#stopped) await Bun.sleep(RETURN_MS.min + this.random() * RETURN_MS.spread);
    }
  }

  /** One connection, until it ends or has to be given up. */
  async #visit(): Promise<void> {
    const position = this.last === null ? '' : `after=${this.last}&epoch=${this.#epoch}`;
    const socket = await this.person.open(this.room, position);
    this.#socket = socket;
    if (this.#stopped) socket.close();
    for (;;) {
      const frame = await socket.next();
      if (!this.#take(frame)) return void (await socket.close());
      for (const wake of this.#changed.splice(0)) wake();
    }
  }

  /** False: something is missing, come back with `after`. */
  #take(frame: Frame): boolean {
    switch (frame.type) {
      case 'welcome':
        if (this.last !== null && frame.resumed !== true) this.log.push({ op: 'reset' });
        this.#epoch = String(frame.epoch);
        return true;
      case 'replay':
        this.#live = false;
        return true;
      case 'live':
        return this.#goLive(numberIn(frame, 'head'));
      case 'heartbeat':
        return !this.#live || frame.head === undefined || numberIn(frame, 'head') <= (this.last ?? 0);
      case 'error':
        return this.#refused(frame);
      case 'chat_message':
      case 'message_changed':
        return this.#message(frame);
      default:
        return true;
    }
  }

  #goLive(head: number): boolean {
    this.last = Math.max(this.last ?? 0, head);
    this.#live = true;
    this.#sendFirst();
    return true;
  }

  #message(frame: Frame): boolean {
    const seq = numberIn(frame, 'seq');
    this.#acknowledge(frame, seq);
    if (frame.repeat === true) return true;
    const changed = frame.changed === undefined ? seq : numberIn(frame, 'changed');
    if (this.last !== null && changed <= this.last) return true;
    if (this.#live && this.last !== null && changed > this.last + 1) return false;
    this.#show(frame, seq);
    // What a fresh entry shows first is the end of the history, not all of it: only `live` tells how far it reaches.
    if (this.last !== null) this.last = changed;
    return true;
  }

  #show(frame: Frame, seq: number): void {
    if (frame.type !== 'chat_message') return;
    this.log.push({ op: 'show', seq, user: String(frame.user), text: String(frame.message) });
  }

  #acknowledge(frame: Frame, seq: number): void {
    const [first] = this.#outbox;
    if (first === undefined || frame.nonce !== first.nonce || frame.type !== 'chat_message') return;
    this.#outbox.shift();
    this.log.push({ op: 'ack', nonce: first.nonce, seq });
    this.#sendFirst();
  }

  #refused(frame: Frame): boolean {
    const [first] = this.#outbox;
    if (first === undefined || frame.nonce !== first.nonce) return true;
    if (frame.final === true) {
      this.#outbox.shift();
      this.log.push({ op: 'refused', nonce: first.nonce, code: String(frame.code) });
      this.#sendFirst();
    } else {
      setTimeout(() => this.#sendFirst(), Number(frame.retry_after ?? RETURN_MS.spread));
    }
    return true;
  }

  #sendFirst(): void {
    const [first] = this.#outbox;
    if (first !== undefined && this.#live) this.#socket?.send({ message: first.text, nonce: first.nonce });
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((changed) => this.#changed.push(changed));
  }
}

function numberIn(frame: Frame, key: string): number {
  const value = frame[key];
  if (typeof value !== 'number') throw new Error(`no ${key} in ${JSON.stringify(frame)}`);
  return value;
}
