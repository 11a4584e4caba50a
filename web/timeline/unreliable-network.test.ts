import { expect, test } from 'bun:test';
import { Connection } from '../../client/connection.ts';
import type { ConnectionSocket, ConnectionSocketListener } from '../../client/socket.ts';
import { TestClock } from '../../client/testing/clock.ts';
import type { ServerFrame } from '../../protocol/frames.ts';
import { parseFrames } from '../../protocol/server-frames.ts';
import { Random } from '../../tests/support/random.ts';
import { Outbox, type OutboxView } from '../outbox/outbox.ts';
import { TestOutboxLog } from '../testing/outbox-log.ts';
import { TestRoom, textOf } from '../testing/room.ts';
import { Timeline } from './timeline.ts';

const silent: OutboxView = { onWaiting() {}, onDelayed() {}, onSent() {}, onRefused() {}, onDiscarded() {} };

/** A slow network between one page and a room, which is cut at any moment with everything on its way. */
class BadNetwork {
  requests: { text: string; socket: object }[] = [];
  frames: string[] = [];
  listener: ConnectionSocketListener | null = null;
  #socket: object = {};

  constructor(
    private readonly room: TestRoom,
    private readonly user: string,
    private readonly random: Random,
  ) {}

  open = (address: string, listener: ConnectionSocketListener): ConnectionSocket => {
    const socket = {};
    const query = new URL(address).searchParams;
    this.#socket = socket;
    this.listener = listener;
    this.requests = this.requests.filter(() => this.random.chance(0.5));
    this.frames = [];
    this.room.listeners.clear();
    listener.onOpen();
    const after = query.get('after');
    const pages = this.room.framesOnEntry(after === null ? null : Number(after), query.get('epoch'), 40, this.user);
    this.frames = pages.map((page) => JSON.stringify(page.length === 1 ? page[0] : page));
    this.room.listeners.add((frame) => this.random.chance(0.03) || this.frames.push(JSON.stringify(frame)));
    return { send: (text) => this.requests.push({ text, socket }), close: () => this.#closed(socket) };
  };

  cut(): void {
    const { listener } = this;
    this.#closed(this.#socket);
    listener?.onClose(1006, '');
  }

  receive(): void {
    const text = this.frames.shift();
    if (text !== undefined) this.listener?.onText(text);
  }

  /** The server reads one frame; sometimes it is busy. */
  serve(): void {
    const frame = this.requests.shift();
    if (frame === undefined) return;
    const { message, nonce } = JSON.parse(frame.text);
    const answer = this.#answer(String(message), String(nonce));
    if (frame.socket === this.#socket) this.frames.push(...answer.map((each) => JSON.stringify(each)));
  }

  heartbeat(): void {
    if (this.listener !== null) this.frames.push(JSON.stringify({ type: 'heartbeat', head: this.room.head }));
  }

  #answer(message: string, nonce: string): ServerFrame[] {
    if (this.random.chance(0.1)) return [this.room.refusal(nonce)];
    return this.room.post(this.user, message, nonce) === 'repeat' ? this.room.repeatOf(this.user, nonce) : [];
  }

  #closed(socket: object): void {
    if (socket !== this.#socket) return;
    this.#socket = {};
    this.listener = null;
    this.frames = [];
    this.room.listeners.clear();
  }
}

/** The parts of the page that must keep the promise, wired as the page wires them. */
function openPage(room: TestRoom, user: string, random: Random) {
  const clock = new TestClock();
  const network = new BadNetwork(room, user, random);
  const shown = new Map<number, string>();
  const timeline = new Timeline({
    onCleared: () => shown.clear(),
    onShown: (message) => shown.set(message.seq, textOf(message)),
    onRemoved: (seq) => shown.delete(seq),
    onArrived: () => {},
  });
  const outbox = new Outbox(clock, new TestOutboxLog(), silent);
  const send = ({ nonce, text }: { nonce: string; text: string }): void => {
    connection.send({ type: 'chat_message', message: text, nonce });
  };
  const applyFrame = (frame: ServerFrame): void => {
    if (frame.type === 'error') outbox.refuse(frame.nonce ?? '', frame);
    if (
      frame.type !== 'welcome' &&
      frame.type !== 'live' &&
      frame.type !== 'chat_message' &&
      frame.type !== 'heartbeat'
    )
      return;
    if (frame.type === 'chat_message' && frame.user === user) outbox.acknowledge(frame.nonce ?? '', frame.seq);
    if (frame.type === 'welcome') connection.onWelcome();
    if (timeline.applyFrame(frame) === 'gap') connection.reconnect();
    if (frame.type === 'live') outbox.attachSender({ send });
  };
  const address = (): string => {
    const { position } = timeline;
    return `ws://x/${position === null ? '' : `?after=${position.after}&epoch=${position.epoch}`}`;
  };
  const connection = new Connection({
    clock,
    random: () => random.next(),
    openSocket: network.open,
    address,
    refusedReason: async () => 'wait',
    onText: (text) => parseFrames(text).forEach(applyFrame),
    onStateChange: (state) => state !== 'open' && outbox.detachSender(),
  });
  connection.start();
  return { clock, network, outbox, timeline, shown, connection };
}

function runTalk(seed: number): void {
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
  const actions = [
    write,
    () => network.serve(),
    () => network.serve(),
    () => network.receive(),
    () => network.receive(),
    () => network.receive(),
    () => clock.pass(random.below(400)),
    () => room.post('bob', `bob at ${room.head}`, `bob-${room.head}`),
    () => random.chance(0.25) && network.cut(),
  ];
  for (let step = 0; step < 250; step++) random.pick(actions)();
  for (let step = 0; step < 4_000 && !(page.outbox.isEmpty && network.frames.length === 0); step++) {
    network.serve();
    network.receive();
    clock.pass(100);
    if (step % 50 === 0) network.heartbeat();
  }
  page.connection.reconnect();
  clock.pass(10_000);
  while (network.frames.length > 0) network.receive();

  const stored = room.rows.filter((row) => row.user === 'alice').map((row) => row.message);
  const shown = [...page.shown].sort(([a], [b]) => a - b).map(([, text]) => text);
  const floor = page.timeline.window.from;
  expect({ seed, stored, waiting: page.outbox.waitingCount }).toEqual({ seed, stored: written, waiting: 0 });
  expect({ seed, shown }).toEqual({ seed, shown: room.textsFrom(floor) });
}

test('300 talks over a network that cuts, loses and delays: all that was written is stored once, in order, and shown', () => {
  for (let seed = 1; seed <= 300; seed++) runTalk(seed);
});
