import type { Server as BunServer } from 'bun';
import { canOpenDescriptors, DescriptorReserve } from '../descriptors.ts';
import { faultLine, type Log } from '../log.ts';

/** Fewer free descriptors than this pause the listener. */
const SPARE = 8;
/** So many must be free, beside the reserve, for it to listen again. */
const SPARE_TO_RESUME = 16;
const LOOK_EVERY_MS = 100;
const WARN_EVERY_MS = 60_000;

/**
 * The listening side of a server. The runtime accepts connections until the process has no descriptor left, and then
 * tries without a pause. So while descriptors are short nothing listens: idle connections are closed, the reserve is
 * free for the server's own work, and open sockets go on.
 */
export class Listener<Data> {
  /** 0 on a unix socket. */
  readonly port: number;
  readonly url: URL;
  readonly #listen: (port?: number) => BunServer<Data>;
  readonly #log: Log;
  readonly #reserve = new DescriptorReserve();
  readonly #timer: Timer;
  /** The last one listens, unless it is paused; those before it still have connections. */
  readonly #servers = new Set<BunServer<Data>>();
  #listening: BunServer<Data> | null;
  #warnedAt = Number.NEGATIVE_INFINITY;

  /** `listen` is called again after each pause, with the port that the first call got. */
  constructor(listen: (port?: number) => BunServer<Data>, log: Log) {
    this.#listen = listen;
    this.#log = log;
    this.#listening = this.#start();
    this.port = this.#listening.port ?? 0;
    this.url = this.#listening.url;
    this.#reserve.hold();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Accepts no more connections; resolves when all that are open have ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#reserve.release();
    await Promise.all([...this.#servers].map((server) => server.stop()));
  }

  closeIdleConnections(): void {
    for (const server of this.#servers) server.closeIdleConnections();
  }

  /** Closes all connections. */
  async terminate(): Promise<void> {
    await Promise.all([...this.#servers].map((server) => server.stop(true)));
  }

  #look(): void {
    if (this.#listening === null) this.#resume();
    else if (!canOpenDescriptors(SPARE)) this.#pause(this.#listening);
  }

  #pause(listening: BunServer<Data>): void {
    this.#listening = null;
    void listening.stop().then(() => this.#servers.delete(listening));
    this.#reserve.release();
    if (performance.now() - this.#warnedAt < WARN_EVERY_MS) return;
    this.#warnedAt = performance.now();
    this.#log.warn('no descriptor is left (ulimit -n): new connections are refused until there are some again');
  }

  #resume(): void {
    if (!this.#reserve.hold()) return;
    try {
      if (canOpenDescriptors(SPARE_TO_RESUME)) this.#listening = this.#start(this.port);
    } catch (error) {
      this.#log.error(`cannot listen again: ${faultLine(error)}`);
    }
    if (this.#listening === null) this.#reserve.release();
  }

  #start(port?: number): BunServer<Data> {
    const server = this.#listen(port);
    this.#servers.add(server);
    return server;
  }
}
