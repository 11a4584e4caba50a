import type { ChannelLayer, Receive } from '../layer/layer.ts';
import { createRedisLayer } from '../layer/redis.ts';
import { connectRedis, type RedisBus, type RedisOptions } from '../redis/bus.ts';
import { RecordingLog } from './recording-log.ts';

/** What one process of a house has: its bus, its layer, and what it noted. */
export interface WorkerProcess {
  readonly bus: RedisBus;
  readonly layer: ChannelLayer;
  readonly log: RecordingLog;
  /** `down` and `up`, as they came. */
  readonly events: string[];
  until(event: 'down' | 'up'): Promise<void>;
}

/** Several processes as far as Redis and they themselves can tell; they only share the memory of a test. */
export class RedisWorkers {
  readonly #residents: WorkerProcess[] = [];

  async start(options: RedisOptions): Promise<WorkerProcess> {
    const log = new RecordingLog();
    const bus = await connectRedis({ log, ...options });
    const events: string[] = [];
    for (const event of ['down', 'up'] as const) bus.onConnectionChange(event, () => events.push(event));
    const resident = { bus, layer: createRedisLayer(bus, log), log, events, until: awaited(bus) };
    this.#residents.push(resident);
    return resident;
  }

  async stop(): Promise<void> {
    for (const { layer, bus } of this.#residents.splice(0)) {
      await layer.stop();
      await bus.stop();
    }
  }
}

/** A channel that can be waited for. */
export class RecordingListener {
  readonly received: number[] = [];
  readonly name: string;
  readonly #awaited = new Map<number, () => void>();

  constructor(layer: ChannelLayer, also: Receive = () => {}) {
    this.name = layer.newChannel((event) => {
      this.receive(event);
      also(event);
    });
  }

  readonly receive: Receive = ({ n }) => {
    if (typeof n !== 'number') return;
    this.received.push(n);
    this.#awaited.get(n)?.();
  };

  until(n: number): Promise<void> {
    if (this.received.includes(n)) return Promise.resolve();
    return new Promise((resolve) => this.#awaited.set(n, resolve));
  }
}

function awaited(bus: RedisBus): WorkerProcess['until'] {
  return (event) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const off = bus.onConnectionChange(event, resolve);
    return promise.finally(off);
  };
}
