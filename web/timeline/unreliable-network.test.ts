import { expect, test } from 'bun:test';
import { Connection } from '../../client/connection.ts';
import type { PageSocket, PageSocketListener } from '../../client/socket.ts';
import { TestClock } from '../../client/testing/clock.ts';
import type { ServerFrame } from '../../protocol/frames.ts';
import { parseFrames } from '../../protocol/server-frames.ts';
import { Random } from '../../tests/support/random.ts';
import { Outbox, type OutboxView } from '../outbox/outbox.ts';
import { TestOutboxLog } from '../testing/outbox-log.ts';
import { TestRoom, textOf } from '../testing/room.ts';
import { Timeline } from './timeline.ts';

const silent: OutboxView = { onWaiting() {}, onDelayed() {}, onSent() {}, onRefused() {}, onDiscarded() {} };

/** A network between one page and a room: slow, and cut at any moment, with all that was under way. */
class BadNetwork {
  up: { text: string; wire: object }[] = [];
  down: string[] = [];
  ears: PageSocketListener | null = null;
  #wire: object = {};

  constructor(
    private readonly room: TestRoom,
    private readonly user: string,
    private readonly random: Random,
  ) {}

  open = (address: string, ears: PageSocketListener): PageSocket => {
    const wire = {};
    const query = new URL(address).searchParams;
    this.#wire = wire;
    this.ears = ears;
    this.up = this.up.filter(() => this.random.chance(0.5));
    this.down = [];
    this.room.listeners.clear();
    ears.opened();
    const after = query.get('after');
    const pages = this.room.framesOnEntry(after === null ? null : Number(after), query.get('epoch'), 40, this.user);
    this.down = pages.map((page) => JSON.stringify(page.length === 1 ? page[0] : page));
    this.room.listeners.add((frame) => this.random.chance(0.03) || this.down.push(JSON.stringify(frame)));
    return { send: (text) => this.up.push({ text, wire }), close: () => this.#closed(wire) };
  };

  cut(): void {
    const { ears } = this;
    this.#closed(this.#wire);
    ears?.closed(1006, '');
  }

  hear(): void {
    const text = this.down.shift();
    if (text !== undefined) this.ears?.heard(text);
  }

  /** The server reads one frame; sometimes it is busy. */
  serve(): void {
    const frame = this.up.shift();
    if (frame === undefined) return;
    const { message, nonce } = JSON.parse(frame.text);
    const answer = this.#answer(String(message), String(nonce));
    if (frame.wire === this.#wire) this.down.push(...answer.map((each) => JSON.stringify(each)));
  }

  beat(): void {
    if (this.ears !== null) this.down.push(JSON.stringify({ type: 'heartbeat', head: this.room.head }));
  }

  #answer(message: string, nonce: string): ServerFrame[] {
    if (this.random.chance(0.1)) return [this.room.refusal(nonce)];
    return this.room.post(this.user, message, nonce) === 'repeat' ? this.room.repeatOf(this.user, nonce) : [];
  }

  #closed(wire: object): void {
    if (wire !== this.#wire) return;
    this.#wire = {};
    this.ears = null;
    this.down = [];
    this.room.listeners.clear();
  }
}

/** The parts of a page that keep the promise, put together as the page does it. */
function openPage(room: TestRoom, user: string, random: Random) {
  const clock = new TestClock();
  const network = new BadNetwork(room, user, random);
  const shown = new Map<number, string>();
  const conversation = new Timeline({
    cleared: () => shown.clear(),
    shown: (message) => shown.set(message.seq, textOf(message)),
    taken: (seq) => shown.delete(seq),
    arrived: () => {},
  });
  const outbox = new Outbox(clock, new TestOutboxLog(), silent);
  const send = ({ nonce, text }: { nonce: string; text: string }): void => {
    connection.send({ type: 'chat_message', message: text, nonce });
  };
  const take = (frame: ServerFrame): void => {
    if (frame.type === 'error') outbox.refuse(frame.nonce ?? '', frame);
    if (
      frame.type !== 'welcome' &&
      frame.type !== 'live' &&
      frame.type !== 'chat_message' &&
      frame.type !== 'heartbeat'
    )
      return;
    if (frame.type === 'chat_message' && frame.user === user) outbox.acknowledge(frame.nonce ?? '', frame.seq);
    if (frame.type === 'welcome') connection.welcomed();
    if (conversation.take(frame) === 'gap') connection.reconnect();
    if (frame.type === 'live') outbox.attachSender({ send });
  };
  const address = (): string => {
    const { position } = conversation;
    return `ws://x/${position === null ? '' : `?after=${position.after}&epoch=${position.epoch}`}`;
  };
  const connection = new Connection({
    clock,
    random: () => random.next(),
    open: network.open,
    address,
    refusedReason: async () => 'wait',
    heard: (text) => parseFrames(text).forEach(take),
    changed: (state) => state !== 'open' && outbox.detachSender(),
  });
  connection.start();
  return { clock, network, outbox, conversation, shown, connection };
}

function talk(seed: number): void {
  const random = new Random(seed);
  const room = new TestRoom();
  const page = openPage(room, 'alice', random);
  const written: string[] = [];
  const write = (): void => {
    const text = `text ${written.length}`;
    written.push(text);
    page.outbox.addMessage(text);
  };
  const { network, clock } = page;
  const deeds = [
    write,
    () => network.serve(),
    () => network.serve(),
    () => network.hear(),
    () => network.hear(),
    () => network.hear(),
    () => clock.pass(random.below(400)),
    () => room.post('bob', `bob at ${room.head}`, `bob-${room.head}`),
    () => random.chance(0.25) && network.cut(),
  ];
  for (let step = 0; step < 250; step++) random.pick(deeds)();
  for (let step = 0; step < 4_000 && !(page.outbox.isEmpty && network.down.length === 0); step++) {
    network.serve();
    network.hear();
    clock.pass(100);
    if (step % 50 === 0) network.beat();
  }
  page.connection.reconnect();
  clock.pass(10_000);
  while (network.down.length > 0) network.hear();

  const kept = room.rows.filter((row) => row.user === 'alice').map((row) => row.message);
  const shown = [...page.shown].sort(([a], [b]) => a - b).map(([, text]) => text);
  const floor = page.conversation.window.from;
  expect({ seed, kept, waiting: page.outbox.waitingCount }).toEqual({ seed, kept: written, waiting: 0 });
  expect({ seed, shown }).toEqual({ seed, shown: room.textsFrom(floor) });
}

test('300 talks over a network that cuts, loses and delays: all that was written is kept once, in order, and shown', () => {
  for (let seed = 1; seed <= 300; seed++) talk(seed);
});
