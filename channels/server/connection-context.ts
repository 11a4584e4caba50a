import type { CloseInfo } from '../consumer.ts';
import type { ChannelLayer } from '../layer/layer.ts';
import type { Log } from '../log.ts';
import type { SendBudget } from './send-budget.ts';

/** The part of the runtime's socket that a connection needs. */
export interface RuntimeSocket {
  /** Above 0: taken; -1: queued, not all of it is out; 0: dropped, or there was nothing in it. */
  send(data: string | Uint8Array): number;
  ping(): number;
  close(code: number, reason: string): void;
  terminate(): void;
  getBufferedAmount(): number;
}

/** The server's side of a handshake. */
export interface Handshake {
  /** Who and where, for the log. */
  readonly label: string;
  /** Aborted when the peer goes before the handshake is decided. */
  gone(): AbortSignal;
  /** Calls the connection's `opened` before it returns true; false when the peer has gone. */
  upgrade(headers: Readonly<Record<string, string>>): boolean;
}

/** What all connections of a server share. */
export interface ConnectionContext<Connection> {
  readonly layer: ChannelLayer;
  readonly log: Log;
  readonly closeCodes: CloseCodes;
  /** Bytes that may wait for one socket. */
  readonly softBytes: number;
  readonly sendBudget: SendBudget;
  /** A handshake that is neither accepted nor denied by then is answered with 503. */
  readonly connectMs: number;
  opened(connection: Connection): void;
  /** Once for each that was opened. `left` settles when the consumer's `disconnect` is done. */
  ended(connection: Connection, ending: CloseInfo, left: Promise<void>): void;
}

/** Given by who builds the server: what they mean is a matter between them and their clients. */
export interface CloseCodes {
  readonly slow: number;
  readonly fault: number;
  readonly restart: number;
}
