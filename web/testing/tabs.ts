import type { Clock } from '../../client/clock.ts';
import type { TestClock } from '../../client/testing/clock.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { TabEvent } from '../outbox/outbox-events.ts';
import { Outboxes, type OutboxesParts } from '../outbox/outboxes.ts';
import type { OutgoingMessage, SendRefusal } from '../outbox/outgoing-message.ts';
import type { TabOwnership } from '../outbox/tab-locks.ts';
import { type Device, DeviceStore } from '../storage/device-store.ts';

const LOGGED_OUT: SendRefusal = { code: 'forbidden', message: 'logged out', final: false, retry_after: 100 };
const BUSY: SendRefusal = { code: 'busy', message: 'busy', final: false, retry_after: 100 };

/** A server with several rooms: it stores each message once and is sometimes busy. */
export class TestServer {
  readonly rooms = new Map<string, OutgoingMessage[]>();

  constructor(private readonly isBusy: () => boolean) {}

  post(room: string, message: OutgoingMessage): number | 'busy' {
    if (this.isBusy()) return 'busy';
    const rows = this.rooms.get(room) ?? [];
    this.rooms.set(room, rows);
    const known = rows.findIndex(({ nonce }) => nonce === message.nonce);
    return known < 0 ? rows.push(message) : known + 1;
  }
}

/** A browser's disk as one tab sees it: slow, in order, and unreachable once the tab is gone. */
class TabDevice implements Device {
  #todo: (() => void)[] = [];

  constructor(private readonly disk: Map<string, unknown>) {}

  put = (key: string, value: unknown): Promise<void> => this.#later(() => void this.disk.set(key, value));
  delete = (key: string): Promise<void> => this.#later(() => void this.disk.delete(key));
  get = (key: string): Promise<unknown> => this.#later(() => this.disk.get(key));
  entries = (prefix: string): Promise<ReadonlyMap<string, unknown>> =>
    this.#later(() => new Map([...this.disk].filter(([key]) => key.startsWith(prefix))));

  turn(): void {
    this.#todo.shift()?.();
  }

  break(): void {
    this.#todo = [];
  }

  #later<Result>(act: () => Result): Promise<Result> {
    return new Promise((done) => void this.#todo.push(() => done(act())));
  }
}

export interface TestWorld {
  readonly clock: TestClock;
  readonly disk: Map<string, unknown>;
  readonly server: TestServer;
  readonly tabs: TestTab[];
  readonly ownership: (
    tab: TestTab,
    store: DeviceStore,
    clock: Clock,
    hasWaiting: (tab: string) => boolean,
  ) => TabOwnership;
  readonly nonces: () => OutboxesParts['nonces'];
}

/** A page that the test controls: its disk, its network, the events of other tabs, and its end. */
export class TestTab {
  readonly outboxes: Outboxes;
  readonly written: { readonly room: string; readonly text: string }[] = [];
  readonly #device: TabDevice;
  #isAlive = true;
  #isAsleep = false;
  #room: string | null = null;
  #isOnline = false;
  /** Requests on their way to the server, and responses on their way back. */
  #requests: { readonly room: string; readonly outbox: Outbox; readonly message: OutgoingMessage }[] = [];
  #responses: (() => void)[] = [];
  #events: TabEvent[] = [];
  #isLoggedOut = false;

  constructor(
    private readonly world: TestWorld,
    readonly name: string,
  ) {
    this.#device = new TabDevice(world.disk);
    const clock: Clock = { now: () => world.clock.now(), after: (ms, run) => this.#after(ms, run) };
    const store = new DeviceStore(this.#device);
    this.outboxes = new Outboxes({
      clock,
      store,
      nonces: world.nonces(),
      ownership: (hasWaiting) => world.ownership(this, store, clock, hasWaiting),
      senderFor: (room, outbox) => ({ send: (message) => void this.#requests.push({ room, outbox, message }) }),
      tabs: { open() {}, publish: (event) => this.#publish(event), close() {} },
      change: (apply) => apply(),
      onPageOpened: () => {},
    });
    this.outboxes.open();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Like the page: sends by the socket of the open room, and by POST for the others. */
  open(room: string): void {
    this.cut();
    this.#room = room;
    this.outboxes.setShownRoom(room);
    this.outboxes.outboxOf(room).detachSender();
  }

  write(): void {
    if (this.#room === null || this.#isAsleep) return;
    const text = `${this.name} ${this.written.length}`;
    this.written.push({ room: this.#room, text });
    this.outboxes.outboxOf(this.#room).addMessage(text);
  }

  online(): void {
    if (this.#room === null || this.#isOnline || this.#isLoggedOut) return;
    this.#isOnline = true;
    const [room, outbox] = [this.#room, this.outboxes.outboxOf(this.#room)];
    outbox.attachSender({ send: (message) => void this.#requests.push({ room, outbox, message }) });
  }

  /** The page stays, and its messages. */
  logOut(): void {
    this.cut();
    this.#isLoggedOut = true;
    this.outboxes.pause();
  }

  logIn(): void {
    this.#isLoggedOut = false;
    this.outboxes.resume();
  }

  cut(): void {
    if (this.#room !== null && this.#isOnline) this.outboxes.outboxOf(this.#room).detachSender();
    this.#isOnline = false;
    this.#responses = [];
    // Posted messages are retried after a pause, those of the socket when there is another one.
    for (const { outbox, message } of this.#requests.splice(0)) outbox.refuse(message.nonce, BUSY);
  }

  serve(): void {
    const request = this.#requests.shift();
    if (request === undefined) return;
    const { room, outbox, message } = request;
    if (this.#isLoggedOut) {
      outbox.refuse(message.nonce, LOGGED_OUT);
      return;
    }
    const result = this.world.server.post(room, message);
    if (result === 'busy') this.#responses.push(() => outbox.refuse(message.nonce, BUSY));
    else this.#responses.push(() => outbox.acknowledge(message.nonce, result));
  }

  receive(): void {
    this.#responses.shift()?.();
  }

  receiveEvent(): void {
    const event = this.#events.shift();
    if (event !== undefined && !this.#isAsleep) this.outboxes.onEvent(event);
  }

  turnDisk(): void {
    this.#device.turn();
  }

  /** Moved to the browser's back/forward cache: it receives and does nothing. */
  sleep(): void {
    if (this.#isAsleep) return;
    this.cut();
    this.#isAsleep = true;
    this.#events = [];
    this.outboxes.close();
  }

  wake(): void {
    if (!this.#isAsleep) return;
    this.#isAsleep = false;
    this.outboxes.open();
  }

  close(): void {
    this.outboxes.close();
    for (let turns = 0; turns < 20; turns++) this.#device.turn();
    this.crash();
  }

  crash(): void {
    this.#isAlive = false;
    this.#device.break();
    this.#requests = [];
    this.#responses = [];
  }

  #after(ms: number, run: () => void): () => void {
    return this.world.clock.after(ms, () => {
      if (this.#isAlive) run();
    });
  }

  #publish(event: TabEvent): void {
    if (!this.#isAlive) return;
    const others = this.world.tabs.filter((tab) => tab !== this && tab.isAlive && !tab.#isAsleep);
    for (const other of others) other.#events.push(event);
  }
}
