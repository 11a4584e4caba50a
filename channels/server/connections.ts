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

/** All sockets of one server: from the handshake to the last `disconnect`. */
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
  readonly #leaving = new Set<Promise<void>>();
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
      expired: (connection) => connection.close(options.closeCodes.restart, 'retry_after=0'),
    });
  }

  get open(): number {
    return this.#open.size;
  }

  get connecting(): number {
    return this.#connecting.size;
  }

  /** `upgrade` is handed the connection that the runtime is to keep with its socket. */
  async admit(scope: Scope, upgrade: (connection: Connection, headers: Upgrade) => boolean): Promise<Decision> {
    if (this.open + this.connecting >= this.#options.limits.maxSockets) return FULL;
    const handshake: Handshake = {
      label: `${scope.client} ${scope.path}`,
      gone: () => scope.request.signal,
      upgrade: (headers) => upgrade(connection, headers),
    };
    const connection = new Connection(this, handshake);
    this.#connecting.add(connection);
    const decision = await connection.connect(() => this.#consumerFor(scope, connection));
    this.#connecting.delete(connection);
    return decision;
  }

  /** In its turn: meanwhile it counts as connecting, and may be denied or leave. */
  async #consumerFor(scope: Scope, connection: Connection): Promise<Consumer> {
    await this.#turnLimiter.pass();
    if (connection.ended) throw connectionClosed();
    return this.#options.application(scope);
  }

  opened(connection: Connection): void {
    this.#connecting.delete(connection);
    connection.pingDueAt = firstPingDueAt(this.#options.heartbeat);
    this.#open.add(connection);
    this.#options.accessLog(`${connection.label} opened`);
  }

  ended(connection: Connection, ending: CloseInfo, left: Promise<void>): void {
    this.#open.delete(connection);
    this.#leaving.add(left);
    left.finally(() => this.#leaving.delete(left));
    const ms = Math.round(performance.now() - connection.openedAt);
    this.#options.accessLog(`${connection.label} closed ${ending.code} ${ms} ms`);
  }

  /** Closes all; resolves when every consumer's `disconnect` is done. */
  async stop(retryAfterMs: number, spreadMs: number, waitMs: number): Promise<void> {
    this.#heartbeat.stop();
    for (const connection of this.#connecting) connection.deny(FULL);
    const share = spreadMs / Math.max(1, this.#open.size);
    const closing = [...this.#open].map((connection, at) =>
      this.#closeFlushed(connection, `retry_after=${Math.round(retryAfterMs + at * share)}`, waitMs),
    );
    await Promise.all(closing);
    await Promise.all(this.#leaving);
  }

  /** The runtime forgets a socket once it is closed: what waited then would be cut off with the process. */
  async #closeFlushed(connection: Connection, reason: string, waitMs: number): Promise<void> {
    connection.isLeaving = true;
    if (connection.waiting > 0) await withTimeout(connection.drained(), waitMs);
    connection.close(this.closeCodes.restart, reason);
  }
}

/** Some 20 ms of work, where a session is looked up and a welcome sent. */
const HANDSHAKES_A_TURN = 24;

export type Upgrade = Readonly<Record<string, string>>;

const FULL = new Denied(503, { 'retry-after': '1' });
