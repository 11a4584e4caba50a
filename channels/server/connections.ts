import { type CloseInfo, type Consumer, Denied } from '../consumer.ts';
import type { ChannelLayer } from '../layer/layer.ts';
import type { Log } from '../log.ts';
import type { Scope, SocketApplication } from '../scope.ts';
import { withTimeout } from '../timeout.ts';
import { TurnLimiter } from '../turn-limiter.ts';
import { connectionClosed, requireCloseCode } from './close-code.ts';
import { Connection, type Decision } from './connection.ts';
import type { CloseCodes, ConnectionContext, Handshake } from './connection-context.ts';
import { firstPingDueAt, Heartbeat, type HeartbeatTimes } from './heartbeat.ts';
import type { Limits } from './limits.ts';
import { SendBudget } from './send-budget.ts';

export interface ConnectionsOptions {
  readonly application: SocketApplication;
  readonly layer: ChannelLayer;
  readonly log: Log;
  readonly closeCodes: CloseCodes;
  readonly limits: Limits;
  readonly heartbeat: HeartbeatTimes;
  readonly accessLog: (line: string) => void;
}

/** All connections of one server, from the handshake to the last `disconnect`. */
export class Connections implements ConnectionContext<Connection> {
  readonly layer: ChannelLayer;
  readonly log: Log;
  readonly closeCodes: CloseCodes;
  readonly softBytes: number;
  readonly connectMs: number;
  readonly sendBudget: SendBudget;
  readonly #options: ConnectionsOptions;
  readonly #connecting = new Set<Connection>();
  readonly #open = new Set<Connection>();
  readonly #disconnecting = new Set<Promise<void>>();
  readonly #heartbeat: Heartbeat<Connection>;
  readonly #turnLimiter = new TurnLimiter(HANDSHAKES_A_TURN);

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.layer = options.layer;
    this.log = options.log;
    for (const code of Object.values(options.closeCodes)) requireCloseCode(code);
    this.closeCodes = options.closeCodes;
    this.softBytes = options.limits.softBytes;
    this.connectMs = options.limits.connectMs;
    this.sendBudget = new SendBudget(options.limits.totalBytes);
    const { lifeMs } = options.limits;
    this.#heartbeat = new Heartbeat(this.#open, options.heartbeat, {
      lifeMs: lifeMs === 0 ? Number.POSITIVE_INFINITY : lifeMs,
      onExpired: (connection) => connection.close(options.closeCodes.restart, 'retry_after=0'),
    });
  }

  get openCount(): number {
    return this.#open.size;
  }

  get connectingCount(): number {
    return this.#connecting.size;
  }

  /** `upgrade` gets the connection that the runtime is to attach to its socket. */
  async admit(scope: Scope, upgrade: (connection: Connection, headers: UpgradeHeaders) => boolean): Promise<Decision> {
    if (this.openCount + this.connectingCount >= this.#options.limits.maxSockets) return FULL;
    const handshake: Handshake = {
      label: `${scope.client} ${scope.path}`,
      abortSignal: () => scope.request.signal,
      upgrade: (headers) => upgrade(connection, headers),
    };
    const connection = new Connection(this, handshake);
    this.#connecting.add(connection);
    const decision = await connection.connect(() => this.#consumerFor(scope, connection));
    this.#connecting.delete(connection);
    return decision;
  }

  /** Waits for the turn limiter; meanwhile the connection counts as connecting, and may be denied or leave. */
  async #consumerFor(scope: Scope, connection: Connection): Promise<Consumer> {
    await this.#turnLimiter.pass();
    if (connection.isClosed) throw connectionClosed();
    return this.#options.application(scope);
  }

  onConnectionOpen(connection: Connection): void {
    this.#connecting.delete(connection);
    connection.pingDueAt = firstPingDueAt(this.#options.heartbeat);
    this.#open.add(connection);
    this.#options.accessLog(`${connection.label} opened`);
  }

  onConnectionEnd(connection: Connection, info: CloseInfo, disconnected: Promise<void>): void {
    this.#open.delete(connection);
    this.#disconnecting.add(disconnected);
    disconnected.finally(() => this.#disconnecting.delete(disconnected));
    const ms = Math.round(performance.now() - connection.openedAt);
    this.#options.accessLog(`${connection.label} closed ${info.code} ${ms} ms`);
  }

  /** Closes all connections; resolves when every consumer's `disconnect` is done. */
  async stop(retryAfterMs: number, spreadMs: number, waitMs: number): Promise<void> {
    this.#heartbeat.stop();
    for (const connection of this.#connecting) connection.deny(FULL);
    const share = spreadMs / Math.max(1, this.#open.size);
    const closing = [...this.#open].map((connection, at) =>
      this.#closeFlushed(connection, `retry_after=${Math.round(retryAfterMs + at * share)}`, waitMs),
    );
    await Promise.all(closing);
    await Promise.all(this.#disconnecting);
  }

  /** The runtime drops a closed socket: bytes still buffered then would be lost with the process. */
  async #closeFlushed(connection: Connection, reason: string, waitMs: number): Promise<void> {
    connection.ignoresFrames = true;
    if (connection.bufferedBytes > 0) await withTimeout(connection.drained(), waitMs);
    connection.close(this.closeCodes.restart, reason);
  }
}

/** Some 20 ms of work when each looks up a session and sends a welcome. */
const HANDSHAKES_A_TURN = 24;

export type UpgradeHeaders = Readonly<Record<string, string>>;

const FULL = new Denied(503, { 'retry-after': '1' });
