import { createLog, type Log } from '../log.ts';
import type { RedisBus } from '../redis/bus.ts';
import {
  type ChannelLayer,
  type ChannelName,
  type InterceptedGroup,
  type LayerEvent,
  type Receive,
  requireName,
} from './layer.ts';
import { MemoryLayer } from './memory.ts';

/**
 * For several processes: what is sent is heard in this process at once, without Redis, and told to the others by it. One
 * subscription a group and process, while it has somebody here. Stopping it leaves the bus to who made it.
 */
export function createRedisLayer(bus: RedisBus, log: Log = createLog(1)): ChannelLayer {
  return new RedisLayer(bus, log);
}

class RedisLayer implements ChannelLayer {
  readonly #bus: RedisBus;
  readonly #local: MemoryLayer;
  /** Of each group with somebody here: when the others are heard as well. */
  readonly #reached = new Map<string, Promise<void>>();

  constructor(bus: RedisBus, log: Log) {
    this.#bus = bus;
    this.#local = new MemoryLayer(log, {
      process: bus.process,
      occupied: (group) => this.#occupied(group),
      vacated: (group) => this.#vacated(group),
    });
    void bus.subscribe(processTopic(bus.process), (value) => this.#hearOne(value));
  }

  newChannel(receive: Receive, prefix?: string): ChannelName {
    return this.#local.newChannel(receive, prefix);
  }

  close(channel: ChannelName): void {
    this.#local.close(channel);
  }

  async send(channel: ChannelName, event: LayerEvent): Promise<void> {
    const process = PROCESS.exec(channel)?.[1];
    if (process === undefined) return;
    if (process === this.#bus.process) return this.#local.send(channel, event);
    this.#bus.publish(processTopic(process), JSON.stringify({ channel, event }));
  }

  async groupAdd(group: string, channel: ChannelName): Promise<void> {
    await this.#local.groupAdd(group, channel);
    await this.#reached.get(group);
  }

  groupDiscard(group: string, channel: ChannelName): Promise<void> {
    return this.#local.groupDiscard(group, channel);
  }

  /** Told before it is heard here: an answer from within comes after it, for the others too. */
  async groupSend(group: string, event: LayerEvent): Promise<void> {
    requireName(group);
    this.#bus.publish(groupTopic(group), JSON.stringify(event));
    await this.#local.groupSend(group, event);
  }

  async intercept(group: string, receive: Receive): Promise<InterceptedGroup> {
    const gated = await this.#local.intercept(group, receive);
    await this.#reached.get(group);
    return gated;
  }

  on(event: 'down' | 'up', listener: () => void): () => void {
    return this.#bus.on(event, listener);
  }

  async stop(): Promise<void> {
    await this.#local.stop();
    await this.#bus.unsubscribe(processTopic(this.#bus.process));
  }

  #occupied(group: string): void {
    const hear = (value: unknown): void => void this.#local.groupSend(group, eventOf(value));
    this.#reached.set(group, this.#bus.subscribe(groupTopic(group), hear));
  }

  #vacated(group: string): void {
    this.#reached.delete(group);
    void this.#bus.unsubscribe(groupTopic(group));
  }

  #hearOne(value: unknown): void {
    if (!isRecord(value) || typeof value.channel !== 'string') throw new TypeError('an event for nobody');
    void this.#local.send(value.channel, eventOf(value.event));
  }
}

/** In the name of a channel, as newChannel makes it. */
const PROCESS = /\.([0-9a-f]{32})![0-9a-z]+$/;

function groupTopic(group: string): string {
  return `group:${group}`;
}

function processTopic(process: string): string {
  return `process:${process}`;
}

function eventOf(value: unknown): LayerEvent {
  if (isEvent(value)) return value;
  throw new TypeError('not an event');
}

function isEvent(value: unknown): value is LayerEvent {
  return isRecord(value) && typeof value.type === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
