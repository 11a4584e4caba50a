/** What one server lets its clients do. */
export interface Limits {
  /** Bytes of one frame from a client, fragments together; a larger one closes its socket with 1009. */
  readonly frameBytes: number;
  /** Bytes of a request's body; a larger one is answered with 413. */
  readonly bodyBytes: number;
  /** Bytes that may wait for one socket; past it, it is closed with the code for slow readers. */
  readonly softBytes: number;
  /** Past it the runtime closes the socket by itself, without a close frame. A net: `softBytes` comes first. */
  readonly hardBytes: number;
  /** Bytes that may wait for all sockets together; past it the worst are closed. */
  readonly totalBytes: number;
  /** Sockets at once, handshakes included; past it a handshake is answered with 503. */
  readonly maxSockets: number;
  /** Milliseconds in which a handshake must be accepted or denied; past it it is answered with 503. */
  readonly connectMs: number;
  /** Milliseconds in which a request must be answered; past it it is answered with 503. 0: as long as it takes. */
  readonly answerMs: number;
  /** Milliseconds that a socket may live; past it, it is closed with the code for restarts. 0: as long as it likes. */
  readonly lifeMs: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const LIMITS: Limits = {
  frameBytes: 64 * KIB,
  bodyBytes: 128 * KIB,
  softBytes: 900 * KIB,
  hardBytes: MIB,
  totalBytes: 256 * MIB,
  maxSockets: 100_000,
  connectMs: 5_000,
  answerMs: 30_000,
  lifeMs: 0,
};
