import { type CloseInfo, type Consumer, Denied, type SendResult, type Socket } from '../consumer.ts';
import type { ChannelName, LayerEvent } from '../layer/layer.ts';
import { faultLine } from '../log.ts';
import { connectionClosed, isConnectionClosed, NO_CLOSE_FRAME, requireCloseCode } from './close-code.ts';
import type { ConnectionContext, Handshake, RuntimeSocket } from './connection-context.ts';
import { EarlyFrames, EventQueue, type EventQueueOwner } from './event-queue.ts';
import { SendBuffer } from './send-buffer.ts';

export type Decision = 'accepted' | 'gone' | Denied;

type QueuedEvent = string | Uint8Array | LayerEvent;

/** The life of one connection around its consumer; what it promises stands in consumer.ts. */
export class Connection implements Socket, EventQueueOwner<QueuedEvent> {
  openedAt = 0;
  /** When the peer last gave a sign of life, by `performance.now()`. */
  heardAt = performance.now();
  pingDueAt = Number.POSITIVE_INFINITY;
  /** Set by a server that stops: what the client says from then on is not heard. */
  isLeaving = false;
  readonly label: string;
  readonly #context: ConnectionContext<Connection>;
  readonly #events: EventQueue<QueuedEvent>;
  #state: 'connecting' | 'open' | 'ended' = 'connecting';
  /** Let go of once it is decided: it holds the whole request. */
  #handshake: Handshake | null;
  /** Null once `connect` is done. */
  #early: EarlyFrames | null = new EarlyFrames();
  /** Let go of once it is called: it holds the promise that somebody waited for. */
  #decide: (decision: Decision) => void = DECIDED;
  #consumer: Consumer | null = null;
  #socket: RuntimeSocket | null = null;
  #sendBuffer: SendBuffer | null = null;
  #channel: ChannelName | null = null;
  #abort: AbortController | null = null;

  constructor(around: ConnectionContext<Connection>, handshake: Handshake) {
    this.#context = around;
    this.#handshake = handshake;
    this.label = handshake.label;
    this.#events = new EventQueue(this);
  }

  /** Runs the handshake; `application` makes the consumer. To be called once. */
  async connect(application: () => Consumer | Promise<Consumer>): Promise<Decision> {
    const decided = new Promise<Decision>((resolve) => {
      this.#decide = resolve;
    });
    this.#events.startWith(this.#introduce(application));
    if (this.#handshake === null) return decided;
    return this.#decidedInTime(decided, this.#handshake.gone());
  }

  get channel(): ChannelName {
    this.#channel ??= this.#openChannel();
    return this.#channel;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#state === 'ended') this.#abort.abort(connectionClosed());
    return this.#abort.signal;
  }

  async accept(options: Parameters<Socket['accept']>[0] = {}): Promise<void> {
    if (this.#state === 'ended') throw connectionClosed();
    if (this.#state === 'open') throw new Error('accept: this connection is accepted already');
    // Left to itself the runtime picks the first subprotocol that the client offers.
    const headers = { ...options.headers, 'sec-websocket-protocol': options.subprotocol ?? '' };
    if (this.#handshake?.upgrade(headers) === true) return;
    this.#end(NO_CLOSE_FRAME);
    throw connectionClosed();
  }

  send(data: string | Uint8Array): SendResult {
    if (this.#state === 'connecting') throw new Error('send: accept the connection first');
    return this.#sendBuffer?.send(data) ?? 'gone';
  }

  get waiting(): number {
    return this.#sendBuffer?.waiting ?? 0;
  }

  async drained(): Promise<void> {
    await this.#sendBuffer?.drained();
  }

  async groupAdd(group: string): Promise<void> {
    if (this.#state !== 'ended') await this.#context.layer.groupAdd(group, this.channel);
  }

  async groupDiscard(group: string): Promise<void> {
    if (this.#state !== 'ended') await this.#context.layer.groupDiscard(group, this.channel);
  }

  close(code: number, reason = ''): void {
    requireCloseCode(code);
    if (this.#state === 'connecting') this.deny(new Denied(403));
    if (this.#state === 'open') this.#socket?.close(code, reason);
    this.#end({ code, reason });
  }

  closeAsSlow(): void {
    if (this.#state === 'connecting') this.deny(LATER);
    if (this.#state !== 'open') return;
    this.#context.log.info(`${this.label}: too slow, closed with ${this.waiting} bytes waiting`);
    this.close(this.#context.closeCodes.slow, 'too slow');
  }

  /** Ends a connection that is not accepted yet. */
  deny(denied: Denied): void {
    if (this.#state !== 'connecting') return;
    this.#settle(denied);
    this.#end(NO_CLOSE_FRAME);
  }

  /** Without a close frame: the peer does not listen any more. */
  terminate(): void {
    if (this.#state === 'open') this.#socket?.terminate();
    this.#end(NO_CLOSE_FRAME);
  }

  ping(): void {
    if (this.#state === 'open') this.#socket?.ping();
  }

  // What the runtime tells.

  opened(wire: RuntimeSocket): void {
    this.#socket = wire;
    this.#sendBuffer = new SendBuffer(wire, this.#context, this);
    this.#state = 'open';
    this.#handshake = null;
    this.openedAt = performance.now();
    this.heardAt = this.openedAt;
    this.#context.opened(this);
    this.#settle('accepted');
  }

  received(data: string | Uint8Array): void {
    this.heardAt = performance.now();
    if (this.isLeaving) return;
    const isWelcome = this.#early?.admit(data) ?? true;
    if (!isWelcome || !this.#events.add(data, data.length)) this.closeAsSlow();
  }

  /** A ping or a pong. */
  heard(): void {
    this.heardAt = performance.now();
  }

  /** Some of what waited went out: a sign of life, too. */
  flowed(): void {
    this.heardAt = performance.now();
    this.#sendBuffer?.flowed();
  }

  closed(code: number, reason: string): void {
    this.#end({ code, reason });
  }

  // What the mailbox tells.

  handleEvent(mail: QueuedEvent): void | Promise<void> {
    const consumer = this.#consumer;
    if (consumer === null || this.#state !== 'open') return;
    if (typeof mail === 'string' || mail instanceof Uint8Array) return consumer.receive?.(mail, this);
    const handler = consumer.handlers?.get(mail.type);
    if (handler !== undefined) return handler(mail, this);
    this.#context.log.error(`${this.label}: nothing here hears ${JSON.stringify(mail.type)}; dropped`);
  }

  onError(error: unknown): void {
    if (this.#state === 'connecting' && error instanceof Denied) return void this.deny(error);
    if (this.#state === 'ended' && isConnectionClosed(error)) return;
    this.#context.log.error(`${this.label}: ${faultLine(error)}`);
    if (this.#state === 'connecting') this.deny(new Denied(500));
    else this.close(this.#context.closeCodes.fault);
  }

  async #introduce(application: () => Consumer | Promise<Consumer>): Promise<void> {
    const consumer = application();
    this.#consumer = consumer instanceof Promise ? await consumer : consumer;
    if (this.#state === 'ended') return;
    await this.#consumer.connect(this);
    this.#early = null;
    if (this.#state === 'connecting') throw new Error('connect: ended without accepting or denying');
  }

  async #decidedInTime(decided: Promise<Decision>, peerGone: AbortSignal): Promise<Decision> {
    const late = setTimeout(() => this.#late(), this.#context.connectMs);
    const left = (): void => this.#end(NO_CLOSE_FRAME);
    peerGone.addEventListener('abort', left);
    const decision = await decided;
    clearTimeout(late);
    peerGone.removeEventListener('abort', left);
    return decision;
  }

  #settle(decision: Decision): void {
    this.#decide(decision);
    this.#decide = DECIDED;
  }

  #late(): void {
    this.#context.log.warn(`${this.label}: not accepted within ${this.#context.connectMs} ms`);
    this.deny(LATER);
  }

  #openChannel(): ChannelName {
    const channel = this.#context.layer.newChannel((event) => this.#hear(event), 'socket');
    if (this.#state === 'ended') this.#context.layer.close(channel);
    return channel;
  }

  #hear(event: LayerEvent): void {
    if (!this.#events.add(event)) this.closeAsSlow();
  }

  /** Every ending comes through here, and only the first one counts. */
  #end(ending: CloseInfo): void {
    if (this.#state === 'ended') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'ended';
    this.#handshake = null;
    this.#events.close();
    this.#abort?.abort(connectionClosed());
    if (this.#channel !== null) this.#context.layer.close(this.#channel);
    this.#sendBuffer?.end();
    this.#settle('gone');
    if (wasOpen) this.#context.ended(this, ending, this.#disconnect(ending));
  }

  async #disconnect(ending: CloseInfo): Promise<void> {
    try {
      await this.#consumer?.disconnect?.(ending, this);
    } catch (error) {
      this.#context.log.error(`${this.label}: ${faultLine(error)}`);
    }
  }
}

const DECIDED = (): void => {};
const LATER = new Denied(503, { 'retry-after': '1' });
