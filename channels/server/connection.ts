import { type CloseInfo, type Consumer, Denied, type SendResult, type Socket } from '../consumer.ts';
import type { ChannelName, LayerEvent } from '../layer/layer.ts';
import { faultLine } from '../log.ts';
import { connectionClosed, isConnectionClosed, NO_CLOSE_FRAME, requireCloseCode } from './close-code.ts';
import type { ConnectionContext, Handshake, RuntimeSocket } from './connection-context.ts';
import { EarlyFrames, EventQueue, type EventQueueOwner } from './event-queue.ts';
import { SendBuffer } from './send-buffer.ts';

export type Decision = 'accepted' | 'closed' | Denied;

type QueuedEvent = string | Uint8Array | LayerEvent;

/** The life of one connection around its consumer; its promises stand in consumer.ts. */
export class Connection implements Socket, EventQueueOwner<QueuedEvent> {
  openedAt = 0;
  /** `performance.now()` of the peer's last sign of life. */
  lastSeenAt = performance.now();
  pingDueAt = Number.POSITIVE_INFINITY;
  /** Set by a server that is stopping. */
  ignoresFrames = false;
  readonly label: string;
  readonly #context: ConnectionContext<Connection>;
  readonly #events: EventQueue<QueuedEvent>;
  #state: 'connecting' | 'open' | 'closed' = 'connecting';
  /** Released once the handshake is decided: it holds the whole request. */
  #handshake: Handshake | null;
  /** Null once `connect` is done. */
  #earlyFrames: EarlyFrames | null = new EarlyFrames();
  /** Released once it is called: it holds the promise that `connect` returned. */
  #resolveDecision: (decision: Decision) => void = DECIDED;
  #consumer: Consumer | null = null;
  #runtimeSocket: RuntimeSocket | null = null;
  #sendBuffer: SendBuffer | null = null;
  #channel: ChannelName | null = null;
  #abort: AbortController | null = null;

  constructor(context: ConnectionContext<Connection>, handshake: Handshake) {
    this.#context = context;
    this.#handshake = handshake;
    this.label = handshake.label;
    this.#events = new EventQueue(this);
  }

  /** Runs the handshake; `application` makes the consumer. To be called once. */
  async connect(application: () => Consumer | Promise<Consumer>): Promise<Decision> {
    const decided = new Promise<Decision>((resolve) => {
      this.#resolveDecision = resolve;
    });
    this.#events.startWith(this.#connectConsumer(application));
    if (this.#handshake === null) return decided;
    return this.#decidedInTime(decided, this.#handshake.abortSignal());
  }

  get channel(): ChannelName {
    this.#channel ??= this.#openChannel();
    return this.#channel;
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#state === 'closed') this.#abort.abort(connectionClosed());
    return this.#abort.signal;
  }

  async accept(options: Parameters<Socket['accept']>[0] = {}): Promise<void> {
    if (this.#state === 'closed') throw connectionClosed();
    if (this.#state === 'open') throw new Error('accept: this connection is accepted already');
    // By default the runtime picks the first subprotocol that the client offers.
    const headers = { ...options.headers, 'sec-websocket-protocol': options.subprotocol ?? '' };
    if (this.#handshake?.upgrade(headers) === true) return;
    this.#end(NO_CLOSE_FRAME);
    throw connectionClosed();
  }

  send(data: string | Uint8Array): SendResult {
    if (this.#state === 'connecting') throw new Error('send: accept the connection first');
    return this.#sendBuffer?.send(data) ?? 'closed';
  }

  get bufferedBytes(): number {
    return this.#sendBuffer?.bufferedBytes ?? 0;
  }

  async drained(): Promise<void> {
    await this.#sendBuffer?.drained();
  }

  async groupAdd(group: string): Promise<void> {
    if (this.#state !== 'closed') await this.#context.layer.groupAdd(group, this.channel);
  }

  async groupDiscard(group: string): Promise<void> {
    if (this.#state !== 'closed') await this.#context.layer.groupDiscard(group, this.channel);
  }

  close(code: number, reason = ''): void {
    requireCloseCode(code);
    if (this.#state === 'connecting') this.deny(new Denied(403));
    if (this.#state === 'open') this.#runtimeSocket?.close(code, reason);
    this.#end({ code, reason });
  }

  closeAsSlow(): void {
    if (this.#state === 'connecting') this.deny(TRY_LATER);
    if (this.#state !== 'open') return;
    this.#context.log.info(`${this.label}: too slow, closed with ${this.bufferedBytes} bytes waiting`);
    this.close(this.#context.closeCodes.slow, 'too slow');
  }

  /** Ends a connection that is not accepted yet. */
  deny(denied: Denied): void {
    if (this.#state !== 'connecting') return;
    this.#decide(denied);
    this.#end(NO_CLOSE_FRAME);
  }

  /** Without a close frame: the peer no longer reads. */
  terminate(): void {
    if (this.#state === 'open') this.#runtimeSocket?.terminate();
    this.#end(NO_CLOSE_FRAME);
  }

  ping(): void {
    if (this.#state === 'open') this.#runtimeSocket?.ping();
  }

  // Events of the runtime.

  onOpen(socket: RuntimeSocket): void {
    this.#runtimeSocket = socket;
    this.#sendBuffer = new SendBuffer(socket, this.#context, this);
    this.#state = 'open';
    this.#handshake = null;
    this.openedAt = performance.now();
    this.lastSeenAt = this.openedAt;
    this.#context.onConnectionOpen(this);
    this.#decide('accepted');
  }

  onFrame(data: string | Uint8Array): void {
    this.lastSeenAt = performance.now();
    if (this.ignoresFrames) return;
    const isAdmitted = this.#earlyFrames?.admit(data) ?? true;
    if (!isAdmitted || !this.#events.add(data, data.length)) this.closeAsSlow();
  }

  onPingOrPong(): void {
    this.lastSeenAt = performance.now();
  }

  /** Some of the buffered bytes went out: a sign of life, too. */
  onDrain(): void {
    this.lastSeenAt = performance.now();
    this.#sendBuffer?.onDrain();
  }

  onClose(code: number, reason: string): void {
    this.#end({ code, reason });
  }

  // Events of the queue.

  handleEvent(event: QueuedEvent): void | Promise<void> {
    const consumer = this.#consumer;
    if (consumer === null || this.#state !== 'open') return;
    if (typeof event === 'string' || event instanceof Uint8Array) return consumer.receive?.(event, this);
    const handler = consumer.handlers?.get(event.type);
    if (handler !== undefined) return handler(event, this);
    this.#context.log.error(`${this.label}: no handler for events of type ${JSON.stringify(event.type)}; dropped`);
  }

  onError(error: unknown): void {
    if (this.#state === 'connecting' && error instanceof Denied) return void this.deny(error);
    if (this.#state === 'closed' && isConnectionClosed(error)) return;
    this.#context.log.error(`${this.label}: ${faultLine(error)}`);
    if (this.#state === 'connecting') this.deny(new Denied(500));
    else this.close(this.#context.closeCodes.fault);
  }

  async #connectConsumer(application: () => Consumer | Promise<Consumer>): Promise<void> {
    const consumer = application();
    this.#consumer = consumer instanceof Promise ? await consumer : consumer;
    if (this.#state === 'closed') return;
    await this.#consumer.connect(this);
    this.#earlyFrames = null;
    if (this.#state === 'connecting') throw new Error('connect: ended without accepting or denying');
  }

  async #decidedInTime(decided: Promise<Decision>, abandoned: AbortSignal): Promise<Decision> {
    const timer = setTimeout(() => this.#onTimeout(), this.#context.connectMs);
    const onAbandoned = (): void => this.#end(NO_CLOSE_FRAME);
    abandoned.addEventListener('abort', onAbandoned);
    const decision = await decided;
    clearTimeout(timer);
    abandoned.removeEventListener('abort', onAbandoned);
    return decision;
  }

  #decide(decision: Decision): void {
    this.#resolveDecision(decision);
    this.#resolveDecision = DECIDED;
  }

  #onTimeout(): void {
    this.#context.log.warn(`${this.label}: not accepted within ${this.#context.connectMs} ms`);
    this.deny(TRY_LATER);
  }

  #openChannel(): ChannelName {
    const channel = this.#context.layer.newChannel((event) => this.#onLayerEvent(event), 'socket');
    if (this.#state === 'closed') this.#context.layer.close(channel);
    return channel;
  }

  #onLayerEvent(event: LayerEvent): void {
    if (!this.#events.add(event)) this.closeAsSlow();
  }

  /** Every ending comes through here; only the first one counts. */
  #end(info: CloseInfo): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    this.#handshake = null;
    this.#events.close();
    this.#abort?.abort(connectionClosed());
    if (this.#channel !== null) this.#context.layer.close(this.#channel);
    this.#sendBuffer?.close();
    this.#decide('closed');
    if (wasOpen) this.#context.onConnectionEnd(this, info, this.#disconnectConsumer(info));
  }

  async #disconnectConsumer(info: CloseInfo): Promise<void> {
    try {
      await this.#consumer?.disconnect?.(info, this);
    } catch (error) {
      this.#context.log.error(`${this.label}: ${faultLine(error)}`);
    }
  }
}

const DECIDED = (): void => {};
const TRY_LATER = new Denied(503, { 'retry-after': '1' });
