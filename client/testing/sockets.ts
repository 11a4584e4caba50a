import { Connection, type ConnectionParts, type ConnectionState } from '../connection.ts';
import type { PageSocket, PageSocketListener } from '../socket.ts';
import { TestClock } from './clock.ts';

export interface TestSocket extends PageSocket {
  readonly address: string;
  readonly ears: PageSocketListener;
  readonly sent: string[];
  isClosed: boolean;
}

/** A connection whose network is in the hands of a test. */
export class TestSockets {
  readonly clock = new TestClock();
  readonly sockets: TestSocket[] = [];
  readonly states: ConnectionState[] = [];
  readonly heard: string[] = [];
  verdicts: Awaited<ReturnType<ConnectionParts['refusedReason']>>[] = [];
  /** Of every delay, this much is taken. */
  chance = 0.5;
  readonly connection: Connection;

  constructor(parts: Partial<ConnectionParts> = {}) {
    this.connection = new Connection({
      clock: this.clock,
      random: () => this.chance,
      open: (address, ears) => this.#open(address, ears),
      address: () => `ws://x/${this.sockets.length}`,
      refusedReason: async () => this.verdicts.shift() ?? 'wait',
      heard: (text) => this.heard.push(text),
      changed: (state) => this.states.push(state),
      ...parts,
    });
  }

  get last(): TestSocket {
    const wire = this.sockets.at(-1);
    if (wire === undefined) throw new Error('nothing was opened');
    return wire;
  }

  get openCount(): number {
    return this.sockets.filter((wire) => !wire.isClosed).length;
  }

  /** Started, and open. */
  open(): TestSocket {
    this.connection.start();
    this.last.ears.opened();
    return this.last;
  }

  #open(address: string, ears: PageSocketListener): TestSocket {
    const sent: string[] = [];
    const wire = { address, ears, sent, isClosed: false, send: (text: string) => void sent.push(text), close };
    function close(): void {
      wire.isClosed = true;
    }
    this.sockets.push(wire);
    return wire;
  }
}
