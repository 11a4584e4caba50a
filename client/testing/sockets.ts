import { Connection, type ConnectionParts, type ConnectionState } from '../connection.ts';
import type { Ears, Wire } from '../socket.ts';
import { TestClock } from './clock.ts';

export interface OpenedWire extends Wire {
  readonly address: string;
  readonly ears: Ears;
  readonly sent: string[];
  isClosed: boolean;
}

/** A connection whose network is in the hands of a test. */
export class TestWires {
  readonly clock = new TestClock();
  readonly wires: OpenedWire[] = [];
  readonly states: ConnectionState[] = [];
  readonly heard: string[] = [];
  verdicts: Awaited<ReturnType<ConnectionParts['verdict']>>[] = [];
  /** Of every delay, this much is taken. */
  chance = 0.5;
  readonly connection: Connection;

  constructor(parts: Partial<ConnectionParts> = {}) {
    this.connection = new Connection({
      clock: this.clock,
      random: () => this.chance,
      open: (address, ears) => this.#open(address, ears),
      address: () => `ws://x/${this.wires.length}`,
      verdict: async () => this.verdicts.shift() ?? 'wait',
      heard: (text) => this.heard.push(text),
      changed: (state) => this.states.push(state),
      ...parts,
    });
  }

  get last(): OpenedWire {
    const wire = this.wires.at(-1);
    if (wire === undefined) throw new Error('nothing was opened');
    return wire;
  }

  get openCount(): number {
    return this.wires.filter((wire) => !wire.isClosed).length;
  }

  /** Started, and open. */
  open(): OpenedWire {
    this.connection.start();
    this.last.ears.opened();
    return this.last;
  }

  #open(address: string, ears: Ears): OpenedWire {
    const sent: string[] = [];
    const wire = { address, ears, sent, isClosed: false, send: (text: string) => void sent.push(text), close };
    function close(): void {
      wire.isClosed = true;
    }
    this.wires.push(wire);
    return wire;
  }
}
