/** One direction of a connection: bytes from one socket, past the toxics, into another one. */
import type { Socket } from 'node:net';
import type { Parcel, Toxic, Way } from './toxics.ts';

/** More than this is not read ahead: a slow line is felt by who sends into it. */
const READ_AHEAD_BYTES = 256 * 1024;

export class Pipe {
  readonly toxics: Toxic[] = [];
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #reset: () => void;
  #waiting: Parcel[] = [];
  #waitingBytes = 0;
  #ended = false;
  #carrying = false;

  constructor(source: Socket, target: Socket, reset: () => void) {
    this.#source = source;
    this.#target = target;
    this.#reset = reset;
    source.on('data', (chunk) => this.#take(Buffer.from(chunk)));
    source.on('end', () => {
      this.#ended = true;
      void this.#carry();
    });
    source.on('close', () => {
      if (!this.#ended) target.destroy();
    });
  }

  /** A stream with a hole in it is no stream: it breaks where something was swallowed. */
  remove(toxic: Toxic): void {
    const at = this.toxics.indexOf(toxic);
    if (at < 0) return;
    this.toxics.splice(at, 1);
    if (toxic.isLossy !== true) return;
    this.#source.destroy();
    this.#target.destroy();
  }

  #take(bytes: Buffer): void {
    this.#waiting.push({ bytes, arrivedAt: performance.now() });
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > READ_AHEAD_BYTES) this.#source.pause();
    void this.#carry();
  }

  async #carry(): Promise<void> {
    if (this.#carrying) return;
    this.#carrying = true;
    for (let parcel = this.#waiting.shift(); parcel !== undefined; parcel = this.#waiting.shift()) {
      await this.#past([...this.toxics], parcel);
      this.#waitingBytes -= parcel.bytes.length;
      if (this.#waitingBytes <= READ_AHEAD_BYTES) this.#source.resume();
    }
    this.#carrying = false;
    if (this.#ended) await this.#end();
  }

  async #past([first, ...rest]: readonly Toxic[], parcel: Parcel): Promise<void> {
    if (first === undefined) return this.#write(parcel.bytes);
    const on = (bytes: Buffer): Promise<void> => this.#past(rest, { ...parcel, bytes });
    if (first.carry === undefined) return on(parcel.bytes);
    const isPoisoned = (): boolean => this.toxics.includes(first);
    const way: Way = { on, isPoisoned, end: () => this.#finish(), reset: this.#reset };
    return first.carry(parcel, way);
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
