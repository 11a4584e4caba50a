/** A client that sends many messages without waiting for an answer, and records every answer. */
import type { Entry } from '../../../client/journal.ts';
import type { Person } from '../../support/person.ts';
import type { Frame, RoomSocket } from '../../support/room-socket.ts';

const AT_ONCE = 100;

export class FloodingClient {
  readonly log: Entry[] = [];
  /** The number of the last message that was acknowledged. */
  head = 0;

  private constructor(private readonly socket: RoomSocket) {}

  static async connect(person: Person, room: string): Promise<FloodingClient> {
    const socket = await person.open(room);
    await socket.next('live');
    return new FloodingClient(socket);
  }

  /** Resolves when all are acknowledged. It sends no more at once than a reading client can take: it must not be slow itself. */
  async sendAcknowledged(count: number, text: (n: number) => string): Promise<void> {
    for (let sent = 0; sent < count; sent += AT_ONCE) {
      const waiting = this.#send(Math.min(AT_ONCE, count - sent), (n) => text(sent + n));
      while (waiting.size > 0) this.#record(await this.socket.next('chat_message'), waiting);
      this.socket.discard();
    }
  }

  /** Sends so much that its socket is closed; returns the close code. */
  async flood(count: number): Promise<number> {
    const waiting = this.#send(count, (n) => `flood ${n}`);
    const { code } = await this.socket.closed;
    for (const frame of this.socket.frames) this.#record(frame, waiting);
    return code;
  }

  async disconnect(): Promise<void> {
    await this.socket.close();
  }

  #send(count: number, text: (n: number) => string): Set<string> {
    const nonces = new Set<string>();
    for (let n = 1; n <= count; n++) {
      const nonce = Bun.randomUUIDv7();
      const message = text(n);
      this.log.push({ op: 'send', nonce, text: message });
      nonces.add(nonce);
      this.socket.send({ message, nonce });
    }
    return nonces;
  }

  #record({ type, nonce, seq, code }: Frame, waiting: Set<string>): void {
    if (typeof nonce !== 'string' || !waiting.delete(nonce)) return;
    if (type === 'error') this.log.push({ op: 'refused', nonce, code: String(code) });
    else this.log.push({ op: 'ack', nonce, seq: Number(seq) });
    this.head = Math.max(this.head, Number(seq ?? 0));
  }
}
