import type { ChannelLayer, Receive } from '../layer/layer.ts';
import { createRedisLayer } from '../layer/redis.ts';
import { connectRedis, type RedisBus, type RedisOptions } from '../redis/bus.ts';
import { RecordingLog } from './recording-log.ts';

/** One process of a deployment: its bus, its layer, and records of their events. */
export interface WorkerProcess {
  readonly bus: RedisBus;
  readonly layer: ChannelLayer;
  readonly log: RecordingLog;
  /** `down` and `up`, in order. */
  readonly events: string[];
  until(event: 'down' | 'up'): Promise<void>;
}

/** Several processes as far as Redis and they themselves can tell, in the memory of one test. */
export class RedisWorkers {
  readonly #workers: WorkerProcess[] = [];

  async start(options: RedisOptions): Promise<WorkerProcess> {
    const log = new RecordingLog();
    const bus = await connectRedis({ log, ...options });
    const events: string[] = [];
    for (const event of ['down', 'up'] as const) bus.onConnectionChange(event, () => events.push(event));
    const worker = { bus, layer: createRedisLayer(bus, log), log, events, until: eventOf(bus) };
    this.#workers.push(worker);
    return worker;
  }

  async stop(): Promise<void> {
    for (const { layer, bus } of this.#workers.splice(0)) {
      await layer.stop();
      await bus.stop();
    }
  }
}

/** A channel that records the numbers it received, and can be awaited. */
export class RecordingListener {
  readonly received: number[] = [];
  readonly name: string;
  readonly #awaited = new Map<number, () => void>();

  constructor(layer: ChannelLayer, onEvent: Receive = () => {}) {
    this.name = layer.newChannel((event) => {
      this.receive(event);
      onEvent(event);
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

function eventOf(bus: RedisBus): WorkerProcess['until'] {
  return (event) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const removeListener = bus.onConnectionChange(event, resolve);
    return promise.finally(removeListener);
  };
}
