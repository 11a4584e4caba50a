/** A client with good manners that talks all the while: whatever others do, it has to be served. */
import { handshake, maskedFrame, OPCODES, RawClient } from '../../channels/testing/raw-client.ts';
import { inTime } from './deadline.ts';

const PAUSE_MS = 5;

export class Bystander {
  /** Words that came back. */
  served = 0;
  slowestMs = 0;
  #leaving = false;
  readonly #peer: RawClient;
  readonly #path: string;
  readonly #talking: Promise<void>;

  private constructor(peer: RawClient, path: string) {
    this.#peer = peer;
    this.#path = path;
    this.#talking = this.#talk();
    // It is heard of when it is asked to leave; until then it is no rejection that nobody handles.
    this.#talking.catch(() => {});
  }

  static async comesTo(port: number, path: string): Promise<Bystander> {
    const { peer } = await RawClient.request(port, handshake(path));
    return new Bystander(peer, path);
  }

  /** Throws when it was not served all the while. */
  async leaves(): Promise<void> {
    this.#leaving = true;
    await this.#talking;
    this.#peer.destroy();
  }

  async #talk(): Promise<void> {
    while (!this.#leaving) {
      const word = `${this.#path} says ${this.served};`;
      const said = performance.now();
      this.#peer.write(maskedFrame(OPCODES.text, word));
      await inTime(this.#peer.until(word), `word back on ${this.#path}`);
      this.slowestMs = Math.max(this.slowestMs, performance.now() - said);
      this.served += 1;
      await Bun.sleep(PAUSE_MS);
    }
  }
}
