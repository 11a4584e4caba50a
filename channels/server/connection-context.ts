import type { CloseInfo } from '../consumer.ts';
import type { ChannelLayer } from '../layer/layer.ts';
import type { Log } from '../log.ts';
import type { SendBudget } from './send-budget.ts';

/** The part of the runtime's socket that a connection needs. */
export interface RuntimeSocket {
  /** Above 0: taken; -1: queued, partly unsent; 0: dropped, or the data was empty. */
  send(data: string | Uint8Array): number;
  ping(): number;
  close(code: number, reason: string): void;
  terminate(): void;
  getBufferedAmount(): number;
}

/** The server's side of a handshake. */
export interface Handshake {
  /** Client and path, for the log. */
  readonly label: string;
  /** Aborted when the peer leaves before the handshake is decided. */
  abortSignal(): AbortSignal;
  /** Calls the connection's `onOpen` before it returns true; false when the peer has left. */
  upgrade(headers: Readonly<Record<string, string>>): boolean;
}

/** Shared by all connections of a server. */
export interface ConnectionContext<Connection> {
  readonly layer: ChannelLayer;
  readonly log: Log;
  readonly closeCodes: CloseCodes;
  /** Bytes that may wait for one socket. */
  readonly softBytes: number;
  readonly sendBudget: SendBudget;
  /** A handshake that is neither accepted nor denied by then is answered with 503. */
  readonly connectMs: number;
  onConnectionOpen(connection: Connection): void;
  /** Once for each open connection. `disconnected` settles when the consumer's `disconnect` is done. */
  onConnectionEnd(connection: Connection, info: CloseInfo, disconnected: Promise<void>): void;
}

/** Chosen by the builder of the server: the codes are an agreement with its clients. */
export interface CloseCodes {
  readonly slow: number;
  readonly fault: number;
  readonly restart: number;
}
