/** Everything a server refuses, as a closed list: the code is for programs, the sentence for users. */

interface RefusalKind {
  readonly message: string;
  /** True: the same frame will never be accepted. False: the refusal carries `retry_after` (ms). */
  readonly final: boolean;
}

export const REFUSALS = {
  bad_json: { message: 'The frame is not valid JSON.', final: true },
  bad_shape: { message: 'The frame is malformed: a key is missing or has the wrong type.', final: true },
  unknown_type: { message: 'Unknown frame type.', final: true },
  empty: { message: 'Write something first.', final: true },
  too_long: { message: 'This message is too long: at most 4,000 characters.', final: true },
  nonce_conflict: { message: 'This nonce was already used for another message.', final: true },
  not_found: { message: 'This message does not exist.', final: true },
  forbidden: { message: 'You are not allowed to do this.', final: true },
  rate_limited: { message: 'Too many messages at once. Wait a moment.', final: false },
  busy: { message: 'The server is busy. Try again in a moment.', final: false },
  storage_full: { message: "The server's disk is full. The message was not stored.", final: false },
} as const satisfies Record<string, RefusalKind>;

export type RefusalCode = keyof typeof REFUSALS;

/** An error that a client may cause. Anything else that is thrown is a bug. */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    /** Milliseconds until it is worth trying again; only for refusals that are not final. */
    readonly retryAfter?: number,
    readonly nonce?: string,
  ) {
    super(REFUSALS[code].message);
  }
}

/** Close codes of a socket. 4400–4499 are Salon's; by the code a client decides whether to reconnect. */
export const CLOSE = {
  /** A frame that is not text. */
  binary: 1003,
  /** A frame over FRAME_BYTES. */
  tooBig: 1009,
  /** A fault of the server. */
  fault: 1011,
  /** The server stops or restarts; the reason is `retry_after=<ms>`. */
  restart: 1012,
  /** The session ended: log in; do not reconnect automatically. */
  sessionEnded: 4401,
  /** No longer allowed in this room. */
  forbidden: 4403,
  /** The room does not exist any more. */
  roomGone: 4404,
  /** Too slow a reader: reconnect with `after`. */
  slow: 4408,
  /** Too many refusals: wait, then reconnect. */
  flood: 4429,
} as const;
