/** One direction of a connection: bytes from one socket, past the toxics, into another one. */
import type { Socket } from 'node:net';
import type { Chunk, Toxic, ToxicContext } from './toxics.ts';

/** No more than this is read ahead, so that the sender feels a slow connection. */
const READ_AHEAD_BYTES = 256 * 1024;

export class Pipe {
  readonly toxics: Toxic[] = [];
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #reset: () => void;
  #waiting: Chunk[] = [];
  #waitingBytes = 0;
  #hasEnded = false;
  #isForwarding = false;

  constructor(source: Socket, target: Socket, reset: () => void) {
    this.#source = source;
    this.#target = target;
    this.#reset = reset;
    source.on('data', (chunk) => this.#onData(Buffer.from(chunk)));
    source.on('end', () => {
      this.#hasEnded = true;
      void this.#forwardWaiting();
    });
    source.on('close', () => {
      if (!this.#hasEnded) target.destroy();
    });
  }

  /** A stream that lost bytes cannot go on: the connection breaks. */
  remove(toxic: Toxic): void {
    const at = this.toxics.indexOf(toxic);
    if (at < 0) return;
    this.toxics.splice(at, 1);
    if (toxic.isLossy !== true) return;
    this.#source.destroy();
    this.#target.destroy();
  }

  #onData(bytes: Buffer): void {
    this.#waiting.push({ bytes, arrivedAt: performance.now() });
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > READ_AHEAD_BYTES) this.#source.pause();
    void this.#forwardWaiting();
  }

  async #forwardWaiting(): Promise<void> {
    if (this.#isForwarding) return;
    this.#isForwarding = true;
    for (let chunk = this.#waiting.shift(); chunk !== undefined; chunk = this.#waiting.shift()) {
      await this.#passToxics([...this.toxics], chunk);
      this.#waitingBytes -= chunk.bytes.length;
      if (this.#waitingBytes <= READ_AHEAD_BYTES) this.#source.resume();
    }
    this.#isForwarding = false;
    if (this.#hasEnded) await this.#end();
  }

  async #passToxics([first, ...rest]: readonly Toxic[], chunk: Chunk): Promise<void> {
    if (first === undefined) return this.#write(chunk.bytes);
    const forward = (bytes: Buffer): Promise<void> => this.#passToxics(rest, { ...chunk, bytes });
    if (first.carry === undefined) return forward(chunk.bytes);
    const isActive = (): boolean => this.toxics.includes(first);
    const context: ToxicContext = { forward, isActive, end: () => this.#finish(), reset: this.#reset };
    return first.carry(chunk, context);
  }

  #finish(): void {
    this.#target.end();
    this.#source.destroy();
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#target.destroyed || this.#target.write(bytes)) return;
    await new Promise<void>((free) => {
      this.#target.once('drain', free);
      this.#target.once('close', free);
    });
  }

  async #end(): Promise<void> {
    for (const toxic of [...this.toxics]) await toxic.end?.();
    this.#target.end();
  }
}
