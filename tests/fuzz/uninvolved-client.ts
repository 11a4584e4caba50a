/** A well-behaved client that sends all the while: whatever others do, it has to be served. */
import { handshake, maskedFrame, OPCODES, RawClient } from '../../channels/testing/raw-client.ts';
import { withDeadline } from './deadline.ts';

const PAUSE_MS = 5;

export class UninvolvedClient {
  /** Words echoed to it. */
  served = 0;
  slowestMs = 0;
  #isLeaving = false;
  readonly #peer: RawClient;
  readonly #path: string;
  readonly #conversation: Promise<void>;

  private constructor(peer: RawClient, path: string) {
    this.#peer = peer;
    this.#path = path;
    this.#conversation = this.#exchangeWords();
    // `disconnect` awaits it; until then a rejection must not count as unhandled.
    this.#conversation.catch(() => {});
  }

  static async connect(port: number, path: string): Promise<UninvolvedClient> {
    const { peer } = await RawClient.request(port, handshake(path));
    return new UninvolvedClient(peer, path);
  }

  /** Throws when it was not served all the while. */
  async disconnect(): Promise<void> {
    this.#isLeaving = true;
    await this.#conversation;
    this.#peer.destroy();
  }

  async #exchangeWords(): Promise<void> {
    while (!this.#isLeaving) {
      const word = `${this.#path} says ${this.served};`;
      const sentAt = performance.now();
      this.#peer.write(maskedFrame(OPCODES.text, word));
      await withDeadline(this.#peer.until(word), `word back on ${this.#path}`);
      this.slowestMs = Math.max(this.slowestMs, performance.now() - sentAt);
      this.served += 1;
      await Bun.sleep(PAUSE_MS);
    }
  }
}
