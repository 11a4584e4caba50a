/** The limits that one server sets its clients. */
export interface Limits {
  /** Bytes of one frame from a client, fragments included; a larger frame closes its socket with 1009. */
  readonly frameBytes: number;
  /** Bytes of a request's body; a larger body is answered with 413. */
  readonly bodyBytes: number;
  /** Bytes that may wait for one socket; above it the socket is closed with the code for slow readers. */
  readonly softBytes: number;
  /** Above it the runtime itself closes the socket, without a close frame. A safety net: `softBytes` comes first. */
  readonly hardBytes: number;
  /** Bytes that may wait for all sockets together; above it those with the most are closed. */
  readonly totalBytes: number;
  /**
   * Sockets at once, handshakes included; above it a handshake is answered with 503. Fewer where the process may not
   * have so many descriptors.
   */
  readonly maxSockets: number;
  /** Milliseconds in which a handshake must be accepted or denied; later it is answered with 503. */
  readonly connectMs: number;
  /** Milliseconds in which a request must be answered; later it is answered with 503. 0: no limit. */
  readonly answerMs: number;
  /** Milliseconds that a socket may live; then it is closed with the code for restarts. 0: no limit. */
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
