import type { ChannelName, LayerEvent } from './layer/layer.ts';

/**
 * A consumer is the life of one connection: three methods and a table of handlers for layer events.
 *
 * - One event at a time: frames and layer events of a connection meet in one queue, and the next is handled when the
 *   previous one is done. So a consumer needs no locks. Events that arrive while `connect` runs wait; of the client's
 *   frames at most 64, or 64 KiB: above that the socket is closed as too slow.
 * - `disconnect` runs exactly once for every accepted connection, however it ended, after `signal` was aborted and every
 *   group was left. It does not wait for a handler that is still running.
 * - An exception closes this one socket with 1011 and is logged once.
 */
export interface Consumer {
  /** Calls `socket.accept()`, or throws `Denied`. It may send frames after that. */
  connect(socket: Socket): void | Promise<void>;
  receive?(data: string | Uint8Array, socket: Socket): void | Promise<void>;
  disconnect?(info: CloseInfo, socket: Socket): void | Promise<void>;
  /** By the event's `type`. A closed table: an event of any other type is the sender's bug, logged and dropped. */
  readonly handlers?: ReadonlyMap<string, EventHandler>;
}

export type EventHandler = (event: LayerEvent, socket: Socket) => void | Promise<void>;

export interface Socket {
  /** This connection's own name on the layer. */
  readonly channel: ChannelName;
  /** Aborted as soon as the connection is closed. Created on first use; `isClosed` costs nothing. */
  readonly signal: AbortSignal;
  readonly isClosed: boolean;
  /** Completes the handshake; resolves when frames can be sent. Rejects when the peer has left meanwhile. */
  accept(options?: {
    readonly subprotocol?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }): Promise<void>;
  /** Sends a text or a binary frame. Above the soft limit of buffered bytes the socket is closed as too slow. */
  send(data: string | Uint8Array): SendResult;
  /** Bytes sent and not yet taken by the kernel. */
  readonly bufferedBytes: number;
  /** Resolves when no bytes are buffered any more, or the connection is closed. */
  drained(): Promise<void>;
  /** Membership starts at once, before `accept` too, so that an open socket misses nothing; it ends with the connection. */
  groupAdd(group: string): Promise<void>;
  groupDiscard(group: string): Promise<void>;
  /** The close frame follows the buffered frames. Throws a RangeError for a code that may not be sent. */
  close(code: number, reason?: string): void;
}

/** `queued`: some of it is still buffered; `closed`: the connection is closed or closing. */
export type SendResult = 'sent' | 'queued' | 'closed';

export interface CloseInfo {
  /** 1006 when there was no close frame. */
  readonly code: number;
  readonly reason: string;
}

/** Thrown by `connect` or by an application: the handshake or request is answered with this status. */
export class Denied extends Error {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>> = {},
    /** The response body: a line for a human reader. */
    readonly text: string = '',
  ) {
    super(`denied with ${status}`);
  }
}
