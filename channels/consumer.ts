import type { ChannelName, LayerEvent } from './layer/layer.ts';

/**
 * A consumer is the life of one connection, told in three methods and a table of what it hears from the layer.
 *
 * - One event at a time: frames and layer events of a connection meet in one queue, and the next is handled when the one
 *   before is done. So a consumer needs no locks. What arrives while `connect` runs waits: of the
 *   client's frames 64, or 64 KiB, and past that the socket is closed as too slow.
 * - `disconnect` runs exactly once for every connection that was accepted, however it ended, after `signal` was aborted
 *   and every group was left. It does not wait for a handler that is still at work.
 * - An exception closes this one socket with 1011 and is logged once.
 */
export interface Consumer {
  /** Calls `socket.accept()`, or throws `Denied`. It may go on sending after that. */
  connect(socket: Socket): void | Promise<void>;
  receive?(data: string | Uint8Array, socket: Socket): void | Promise<void>;
  disconnect?(ending: CloseInfo, socket: Socket): void | Promise<void>;
  /** By the event's `type`. A closed table: an event of another type is a bug of the sender, logged and dropped. */
  readonly handlers?: ReadonlyMap<string, EventHandler>;
}

export type EventHandler = (event: LayerEvent, socket: Socket) => void | Promise<void>;

export interface Socket {
  /** This connection's own name on the layer. */
  readonly channel: ChannelName;
  /** Aborted as soon as the connection is gone. Made when it is first asked for; `ended` costs nothing. */
  readonly signal: AbortSignal;
  readonly isClosed: boolean;
  /** Completes the handshake; resolves when frames can be sent. Rejects when the peer has gone meanwhile. */
  accept(options?: {
    readonly subprotocol?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }): Promise<void>;
  /** A text frame, or a binary one. Past the soft limit of what waits for a socket, the socket is closed as too slow. */
  send(data: string | Uint8Array): SendResult;
  /** Bytes handed over and not yet taken by the kernel. */
  readonly bufferedBytes: number;
  /** Resolves when what waits has gone out, or the connection has. */
  drained(): Promise<void>;
  /** Membership begins at once, before `accept` too, so that an open socket misses nothing; it ends with the connection. */
  groupAdd(group: string): Promise<void>;
  groupDiscard(group: string): Promise<void>;
  /** The close frame comes behind what waits. Throws a RangeError for a code that may not be sent. */
  close(code: number, reason?: string): void;
}

/** `queued`: it will go out, but not all of it has; `gone`: the connection is closed or closing. */
export type SendResult = 'sent' | 'queued' | 'gone';

export interface CloseInfo {
  /** 1006 when there was no close frame. */
  readonly code: number;
  readonly reason: string;
}

/** Thrown by `connect` or by an application: the handshake (or request) is answered with this status. */
export class Denied extends Error {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>> = {},
    /** The answer's body: a line for the person who looks at it. */
    readonly text: string = '',
  ) {
    super(`denied with ${status}`);
  }
}
