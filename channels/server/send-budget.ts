/**
 * The bound on what waits for all sockets of a server together: past it the worst are closed until it holds again.
 *
 * Counting is cheap, summing is not: what was queued is added up, and only when that passes the bound are the sockets
 * asked how much really waits for them.
 */
export class SendBudget {
  readonly #totalBytes: number;
  readonly #behind = new Set<BufferedSocket>();
  #atMost = 0;

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
  }

  /** Sockets for which something waits. */
  get sockets(): number {
    return this.#behind.size;
  }

  grew(socket: BufferedSocket, bytes: number): void {
    this.#behind.add(socket);
    this.#atMost += bytes;
    if (this.#atMost > this.#totalBytes) this.#relieve();
  }

  forget(socket: BufferedSocket): void {
    this.#behind.delete(socket);
    if (this.#behind.size === 0) this.#atMost = 0;
  }

  #relieve(): void {
    const worstFirst = [...this.#behind].map((socket) => ({ socket, waiting: socket.waiting }));
    worstFirst.sort((a, b) => b.waiting - a.waiting);
    let total = worstFirst.reduce((sum, { waiting }) => sum + waiting, 0);
    for (const { socket, waiting } of worstFirst) {
      if (total <= this.#totalBytes) break;
      total -= waiting;
      socket.closeAsSlow();
    }
    this.#atMost = total;
  }
}

export interface BufferedSocket {
  /** Bytes. */
  readonly waiting: number;
  closeAsSlow(): void;
}
