/**
 * Bounds the bytes that wait for all sockets of a server together: above the bound the sockets with the most are closed
 * until it holds again.
 *
 * Counting is cheap, summing is not: queued bytes are added up, and only when that passes the bound are the sockets asked
 * how much really waits for them.
 */
export class SendBudget {
  readonly #totalBytes: number;
  readonly #buffering = new Set<BufferedSocket>();
  #upperBound = 0;

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
  }

  /** The number of sockets with buffered bytes. */
  get socketCount(): number {
    return this.#buffering.size;
  }

  addBytes(socket: BufferedSocket, bytes: number): void {
    this.#buffering.add(socket);
    this.#upperBound += bytes;
    if (this.#upperBound > this.#totalBytes) this.#closeSlowest();
  }

  remove(socket: BufferedSocket): void {
    this.#buffering.delete(socket);
    if (this.#buffering.size === 0) this.#upperBound = 0;
  }

  #closeSlowest(): void {
    const slowestFirst = [...this.#buffering].map((socket) => ({ socket, bytes: socket.bufferedBytes }));
    slowestFirst.sort((a, b) => b.bytes - a.bytes);
    let total = slowestFirst.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { socket, bytes } of slowestFirst) {
      if (total <= this.#totalBytes) break;
      total -= bytes;
      socket.closeAsSlow();
    }
    this.#upperBound = total;
  }
}

export interface BufferedSocket {
  readonly bufferedBytes: number;
  closeAsSlow(): void;
}
