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
 * For several processes: delivers an event in this process at once, without Redis, and publishes it to the others. Each
 * process subscribes a group once, while it has members or an interceptor here. `stop` leaves the bus running.
 */
export function createRedisLayer(bus: RedisBus, log: Log = createLog(1)): ChannelLayer {
  return new RedisLayer(bus, log);
}

class RedisLayer implements ChannelLayer {
  readonly #bus: RedisBus;
  readonly #local: MemoryLayer;
  /** For each group that is occupied here: resolves when events of other processes arrive. */
  readonly #subscribed = new Map<string, Promise<void>>();

  constructor(bus: RedisBus, log: Log) {
    this.#bus = bus;
    this.#local = new MemoryLayer(log, {
      processId: bus.processId,
      onGroupOccupied: (group) => this.#subscribe(group),
      onGroupVacated: (group) => this.#unsubscribe(group),
    });
    void bus.subscribe(processTopic(bus.processId), (value) => this.#onChannelMessage(value));
  }

  newChannel(receive: Receive, prefix?: string): ChannelName {
    return this.#local.newChannel(receive, prefix);
  }

  close(channel: ChannelName): void {
    this.#local.close(channel);
  }

  async send(channel: ChannelName, event: LayerEvent): Promise<void> {
    const processId = PROCESS_ID.exec(channel)?.[1];
    if (processId === undefined) return;
    if (processId === this.#bus.processId) return this.#local.send(channel, event);
    this.#bus.publish(processTopic(processId), JSON.stringify({ channel, event }));
  }

  async groupAdd(group: string, channel: ChannelName): Promise<void> {
    await this.#local.groupAdd(group, channel);
    await this.#subscribed.get(group);
  }

  groupDiscard(group: string, channel: ChannelName): Promise<void> {
    return this.#local.groupDiscard(group, channel);
  }

  /** Publishes before it delivers here: an event that a receiver sends in answer comes later for other processes, too. */
  async groupSend(group: string, event: LayerEvent): Promise<void> {
    requireName(group);
    this.#bus.publish(groupTopic(group), JSON.stringify(event));
    await this.#local.groupSend(group, event);
  }

  async intercept(group: string, receive: Receive): Promise<InterceptedGroup> {
    const intercepted = await this.#local.intercept(group, receive);
    await this.#subscribed.get(group);
    return intercepted;
  }

  onConnectionChange(event: 'down' | 'up', listener: () => void): () => void {
    return this.#bus.onConnectionChange(event, listener);
  }

  async stop(): Promise<void> {
    await this.#local.stop();
    await this.#bus.unsubscribe(processTopic(this.#bus.processId));
  }

  #subscribe(group: string): void {
    const onMessage = (value: unknown): void => void this.#local.groupSend(group, eventOf(value));
    this.#subscribed.set(group, this.#bus.subscribe(groupTopic(group), onMessage));
  }

  #unsubscribe(group: string): void {
    this.#subscribed.delete(group);
    void this.#bus.unsubscribe(groupTopic(group));
  }

  #onChannelMessage(value: unknown): void {
    if (!isRecord(value) || typeof value.channel !== 'string') throw new TypeError('process event without a channel');
    void this.#local.send(value.channel, eventOf(value.event));
  }
}

/** The id of the process in a channel's name, as newChannel writes it. */
const PROCESS_ID = /\.([0-9a-f]{32})![0-9a-z]+$/;

function groupTopic(group: string): string {
  return `group:${group}`;
}

function processTopic(processId: string): string {
  return `process:${processId}`;
}

function eventOf(value: unknown): LayerEvent {
  if (isEvent(value)) return value;
  throw new TypeError('malformed event: expected an object with a type');
}

function isEvent(value: unknown): value is LayerEvent {
  return isRecord(value) && typeof value.type === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
