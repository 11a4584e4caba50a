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
  readonly news: string[];
  until(event: 'down' | 'up'): Promise<void>;
}

/** Several processes as far as Redis and they themselves can tell; they only share the memory of a test. */
export class RedisWorker {
  readonly #residents: WorkerProcess[] = [];

  async moveIn(options: RedisOptions): Promise<WorkerProcess> {
    const log = new RecordingLog();
    const bus = await connectRedis({ log, ...options });
    const news: string[] = [];
    for (const event of ['down', 'up'] as const) bus.on(event, () => news.push(event));
    const resident = { bus, layer: createRedisLayer(bus, log), log, news, until: awaited(bus) };
    this.#residents.push(resident);
    return resident;
  }

  async moveOut(): Promise<void> {
    for (const { layer, bus } of this.#residents.splice(0)) {
      await layer.stop();
      await bus.stop();
    }
  }
}

/** A channel that can be waited for. */
export class RecordingListener {
  readonly heard: number[] = [];
  readonly name: string;
  readonly #awaited = new Map<number, () => void>();

  constructor(layer: ChannelLayer, also: Receive = () => {}) {
    this.name = layer.newChannel((event) => {
      this.hear(event);
      also(event);
    });
  }

  readonly hear: Receive = ({ n }) => {
    if (typeof n !== 'number') return;
    this.heard.push(n);
    this.#awaited.get(n)?.();
  };

  until(n: number): Promise<void> {
    if (this.heard.includes(n)) return Promise.resolve();
    return new Promise((resolve) => this.#awaited.set(n, resolve));
  }
}

function awaited(bus: RedisBus): WorkerProcess['until'] {
  return (event) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const off = bus.on(event, resolve);
    return promise.finally(off);
  };
}
