import { Connection, type ConnectionParts, type ConnectionState } from '../connection.ts';
import type { ConnectionSocket, ConnectionSocketListener } from '../socket.ts';
import { TestClock } from './clock.ts';

export interface TestSocket extends ConnectionSocket {
  readonly address: string;
  readonly listener: ConnectionSocketListener;
  readonly sent: string[];
  isClosed: boolean;
}

/** A connection whose network is controlled by a test. */
export class TestSockets {
  readonly clock = new TestClock();
  readonly sockets: TestSocket[] = [];
  readonly states: ConnectionState[] = [];
  readonly texts: string[] = [];
  refusedReasons: Awaited<ReturnType<ConnectionParts['refusedReason']>>[] = [];
  /** The random number of every delay. */
  chance = 0.5;
  readonly connection: Connection;

  constructor(parts: Partial<ConnectionParts> = {}) {
    this.connection = new Connection({
      clock: this.clock,
      random: () => this.chance,
      openSocket: (address, listener) => this.#open(address, listener),
      address: () => `ws://x/${this.sockets.length}`,
      refusedReason: async () => this.refusedReasons.shift() ?? 'wait',
      onText: (text) => this.texts.push(text),
      onStateChange: (state) => this.states.push(state),
      ...parts,
    });
  }

  get last(): TestSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  get openCount(): number {
    return this.sockets.filter((socket) => !socket.isClosed).length;
  }

  /** Started, and open. */
  open(): TestSocket {
    this.connection.start();
    this.last.listener.onOpen();
    return this.last;
  }

  #open(address: string, listener: ConnectionSocketListener): TestSocket {
    const sent: string[] = [];
    const socket = { address, listener, sent, isClosed: false, send: (text: string) => void sent.push(text), close };
    function close(): void {
      socket.isClosed = true;
    }
    this.sockets.push(socket);
    return socket;
  }
}
