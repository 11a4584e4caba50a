import { expect, test } from 'bun:test';
import type { MessageState, ServerFrame } from '../../protocol/frames.ts';
import { Random } from '../../tests/support/random.ts';
import { TestRoom, textOf } from '../testing/room.ts';
import type { HistoryPage } from './page-requests.ts';
import { type HistoryFrame, Timeline, type TimelineListener } from './timeline.ts';

/** The messages a page shows, collected as the page does it. */
class RecordingView implements TimelineListener {
  readonly messages = new Map<number, MessageState>();
  readonly arrivals: number[] = [];
  onCleared(): void {
    this.messages.clear();
  }
  onShown(message: MessageState): void {
    this.messages.set(message.seq, message);
  }
  onRemoved(seq: number): void {
    this.messages.delete(seq);
  }
  onArrived({ seq }: MessageState): void {
    this.arrivals.push(seq);
  }
  texts(): string[] {
    return [...this.messages.values()].sort((a, b) => a.seq - b.seq).map(textOf);
  }
}

interface Reader {
  readonly view: RecordingView;
  readonly timeline: Timeline;
  take(frames: readonly ServerFrame[]): string[];
}

function reader(isReadAbove: () => boolean = () => false): Reader {
  const view = new RecordingView();
  const timeline = new Timeline(view, isReadAbove);
  const take = (frames: readonly ServerFrame[]): string[] =>
    frames.filter(isHistory).map((f) => timeline.applyFrame(f));
  return { view, timeline, take };
}

/** The server's response to a request for a page. */
function pageOf(room: TestRoom, { kind, seq, limit }: HistoryPage): MessageState[] {
  if (kind === 'earlier') return room.before(seq, limit);
  if (kind === 'around') return room.around(seq, limit);
  return kind === 'newest' ? room.before(Number.POSITIVE_INFINITY, limit) : room.after(seq, limit);
}

/** Loads the requested page at once. */
function loadPage(room: TestRoom, { timeline: { paginator } }: Reader, page: HistoryPage | null): void {
  expect(page).not.toBeNull();
  if (page !== null) paginator.onPage(page, pageOf(room, page));
}

/** The page shows what the room has between the ends of its window. */
function expectTrue(room: TestRoom, { view, timeline: { window } }: Reader): void {
  expect(view.texts()).toEqual(room.textsFrom(window.from, window.to));
}

function isHistory(frame: ServerFrame): frame is HistoryFrame {
  return ['welcome', 'replay', 'live', 'heartbeat', 'chat_message', 'message_changed'].includes(frame.type);
}

function enter(room: TestRoom, { timeline, take }: Reader, max = 100): void {
  const { position } = timeline;
  for (const page of room.framesOnEntry(position?.after ?? null, position?.epoch ?? null, max, 'alice')) take(page);
}

function roomWith(messages: number): TestRoom {
  const room = new TestRoom();
  for (let n = 1; n <= messages; n++) room.post('bob', `text ${n}`, `bob-${n}`);
  return room;
}

test('S32: a newcomer is shown the last three, oldest first, and may go further back', () => {
  const alice = reader();
  enter(roomWith(5), alice);
  expect(alice.view.texts()).toEqual(['3 bob: text 3', '4 bob: text 4', '5 bob: text 5']);
  expect(alice.timeline.paginator.hasEarlier).toBe(true);
});

test('a newcomer to a room with little history is shown all of it and offered nothing earlier', () => {
  const alice = reader();
  enter(roomWith(2), alice);
  expect(alice.view.texts()).toHaveLength(2);
  expect(alice.timeline.paginator.hasEarlier).toBe(false);
});

test('with a history of none, what was said before can still be asked for', () => {
  const room = roomWith(4);
  room.history = 0;
  const alice = reader();
  enter(room, alice);
  expect(alice.view.texts()).toEqual([]);
  expect(alice.timeline.paginator.requestEarlier()).toMatchObject({ kind: 'earlier', seq: 5 });
});

test('S29: what is said live is shown once, however often it comes', () => {
  const room = roomWith(1);
  const alice = reader();
  room.listeners.add((frame) => alice.take([frame, frame]));
  enter(room, alice);
  room.post('bob', 'hello', 'b');
  expect(alice.view.texts()).toEqual(['1 bob: text 1', '2 bob: hello']);
});

test('a frame that comes again after its message was deleted does not bring it back', () => {
  const room = roomWith(1);
  const alice = reader();
  const received: ServerFrame[] = [];
  room.listeners.add((frame) => received.push(frame));
  enter(room, alice);
  room.post('bob', 'a slip', 'b');
  room.delete(2);
  alice.take([...received, ...received]);
  expect(alice.view.texts()).toEqual(['1 bob: text 1']);
});

test('a missing number is a gap, and nothing after it is shown before a new entry', () => {
  const room = roomWith(1);
  const alice = reader();
  enter(room, alice);
  room.post('bob', 'lost', 'b');
  room.listeners.add((frame) => alice.take([frame]));
  let answers: string[] = [];
  room.listeners.clear();
  room.listeners.add((frame) => {
    answers = [...answers, ...alice.take([frame])];
  });
  room.post('bob', 'after the gap', 'c');
  room.post('bob', 'and more', 'd');
  expect(answers).toEqual(['gap', 'fine']);
  expect(alice.view.texts()).toEqual(['1 bob: text 1']);
  enter(room, alice);
  expect(alice.view.texts()).toEqual(room.textsFrom(1));
});

test('a heartbeat tells that the end of the stream was lost', () => {
  const room = roomWith(1);
  const alice = reader();
  enter(room, alice);
  room.post('bob', 'lost', 'b');
  expect(alice.take([{ type: 'heartbeat' }])).toEqual(['fine']);
  expect(alice.take([{ type: 'heartbeat', head: 2 }])).toEqual(['gap']);
});

test('numbers may be skipped between replay and live, and not after', () => {
  const room = roomWith(1);
  const alice = reader();
  enter(room, alice);
  const skipped: MessageState = { user: 'bob', message: 'five', seq: 5, timestamp: '2026-11-22T12:00:00.000Z' };
  const frames: ServerFrame[] = [
    { type: 'replay' },
    { type: 'chat_message', ...skipped },
    { type: 'live', head: 6 },
    { type: 'heartbeat', head: 6 },
    { type: 'chat_message', ...skipped, seq: 8 },
  ];
  expect(alice.take(frames)).toEqual(['fine', 'fine', 'fine', 'fine', 'gap']);
});

test('rows of a replay that are told under one position are all shown', () => {
  const alice = reader();
  enter(roomWith(1), alice);
  const row: MessageState = { user: 'bob', message: 'x', seq: 2, changed: 4, timestamp: '2026-11-22T12:00:00.000Z' };
  alice.take([
    { type: 'replay' },
    { type: 'chat_message', ...row },
    { type: 'chat_message', ...row, seq: 3 },
    { type: 'live', head: 4 },
  ]);
  expect(alice.view.texts()).toEqual(['1 bob: text 1', '2 bob: x', '3 bob: x']);
});

test('an edit takes its place and a deletion its text, also when one was away; what one never had stays away', () => {
  const room = roomWith(6);
  const alice = reader();
  enter(room, alice);
  room.edit(5, 'better');
  room.delete(6);
  room.edit(1, 'long ago');
  room.delete(2);
  enter(room, alice);
  expect(alice.view.texts()).toEqual(['4 bob: text 4', '5 bob: better']);
});

test('a repeat acknowledges, and moves nothing', () => {
  const room = roomWith(3);
  const alice = reader();
  enter(room, alice);
  const frame: ServerFrame = { type: 'chat_message', user: 'bob', message: 'x', seq: 9, timestamp: '', repeat: true };
  expect(alice.take([frame])).toEqual(['fine']);
  expect(alice.timeline.position?.after).toBe(3);
  expect(alice.view.texts()).toHaveLength(3);
});

test('who missed too much begins anew, and so does everybody after a restore', () => {
  const room = roomWith(3);
  const alice = reader();
  enter(room, alice);
  for (let n = 0; n < 10; n++) room.post('bob', `more ${n}`, `more-${n}`);
  enter(room, alice, 5);
  expect(alice.view.texts()).toEqual(room.textsFrom(11));
  room.restore(6);
  enter(room, alice);
  expect(alice.view.texts()).toEqual(room.textsFrom(4));
});

test('an entry that broke off before it was live is begun anew, not resumed', () => {
  const room = roomWith(9);
  const alice = reader();
  for (const page of room.framesOnEntry(null, null, 100, 'alice').slice(0, -1)) alice.take(page);
  expect(alice.timeline.position).toBeNull();
});

test('a page of earlier messages does not bring back what was deleted while it was on its way', () => {
  const room = roomWith(8);
  const alice = reader();
  room.listeners.add((frame) => alice.take([frame]));
  enter(room, alice);
  const page = alice.timeline.paginator.requestEarlier();
  const old = room.before(6, 50);
  room.delete(3);
  room.edit(4, 'new');
  if (page !== null) alice.timeline.paginator.onPage(page, old);
  expect(alice.view.texts()).toEqual(room.textsFrom(1));
  expect(alice.timeline.paginator.hasEarlier).toBe(false);
});

test('a page of earlier messages that comes after a new beginning is not shown', () => {
  const room = roomWith(8);
  const alice = reader();
  enter(room, alice);
  const page = alice.timeline.paginator.requestEarlier();
  expect(alice.timeline.paginator.requestEarlier()).toBeNull();
  room.restore(4);
  enter(room, alice);
  if (page !== null) alice.timeline.paginator.onPage(page, []);
  expect(alice.timeline.paginator.hasEarlier).toBe(true);
});

test('how much is missing while catching up is told by the head', () => {
  const room = roomWith(3);
  const alice = reader();
  enter(room, alice);
  for (let n = 0; n < 7; n++) room.post('bob', `more ${n}`, `more-${n}`);
  const [welcome = [], page = []] = room.framesOnEntry(3, 'first', 100, 'alice');
  alice.take(welcome);
  expect(alice.timeline.missingCount).toBe(7);
  alice.take(page);
  expect(alice.timeline.missingCount).toBe(4);
});

test('who reads above lets go of the end, hears what is said there without being shown it, and comes back to it', () => {
  const room = roomWith(5);
  const alice = reader();
  room.listeners.add((frame) => alice.take([frame]));
  enter(room, alice);
  loadPage(room, alice, alice.timeline.paginator.requestEarlier());
  alice.timeline.window.trim('below', 3);
  expect(alice.view.texts()).toEqual(room.textsFrom(1, 3));
  room.post('bob', 'unseen', 'u');
  room.edit(2, 'seen');
  room.delete(5);
  expect(alice.view.arrivals).toEqual([6]);
  expectTrue(room, alice);
  expect(alice.view.texts()).toHaveLength(3);
  loadPage(room, alice, alice.timeline.paginator.requestLater());
  expect(alice.view.texts()).toEqual(room.textsFrom(1));
  expect(alice.timeline.window.isAtPresent).toBe(true);
});

test('what is said while the page with the end is on its way is in it, and what is deleted is not', () => {
  const room = roomWith(9);
  for (const way of ['requestLater', 'requestWanted'] as const) {
    const alice = reader();
    room.listeners.clear();
    room.listeners.add((frame) => alice.take([frame]));
    enter(room, alice);
    loadPage(room, alice, alice.timeline.paginator.requestEarlier());
    alice.timeline.window.trim('below', 4);
    if (way === 'requestWanted') alice.timeline.paginator.goToPresent();
    const page = alice.timeline.paginator[way]();
    const old = page === null ? [] : pageOf(room, page);
    room.post('bob', 'meanwhile', `m ${way}`);
    room.post('bob', 'a slip', `s ${way}`);
    room.delete(room.head);
    room.edit(room.head - 2, 'mended meanwhile');
    if (page !== null) alice.timeline.paginator.onPage(page, old);
    expect(alice.view.texts()).toEqual(room.textsFrom(1));
    expect(alice.timeline.window.isAtPresent).toBe(true);
  }
});

test('a page that no longer fits, because its end of the window was let go of, is not shown', () => {
  const room = roomWith(20);
  const alice = reader();
  enter(room, alice);
  const { paginator, window } = alice.timeline;
  loadPage(room, alice, paginator.requestEarlier(10));
  const earlier = paginator.requestEarlier(4);
  window.trim('above', 5);
  if (earlier !== null) paginator.onPage(earlier, pageOf(room, earlier));
  expectTrue(room, alice);
  expect(alice.view.texts()).toHaveLength(5);
});

test('a message can be gone to: what is around it is shown, and what is said at the end is not', () => {
  const room = roomWith(200);
  const alice = reader();
  room.listeners.add((frame) => alice.take([frame]));
  alice.timeline.paginator.goToMessage(100);
  enter(room, alice);
  expect(alice.view.texts()).toEqual([]);
  loadPage(room, alice, alice.timeline.paginator.requestWanted());
  room.post('bob', 'at the end', 'e');
  expect(alice.view.texts()).toEqual(room.textsFrom(75, 124));
  expect(alice.timeline.window.isAtPresent).toBe(false);
  expect(alice.timeline.paginator.target).toBeNull();
  alice.timeline.paginator.goToMessage(199);
  loadPage(room, alice, alice.timeline.paginator.requestWanted());
  expect(alice.view.texts()).toEqual(room.textsFrom(174));
  expect(alice.timeline.window.isAtPresent).toBe(true);
  alice.timeline.paginator.goToMessage(2);
  loadPage(room, alice, alice.timeline.paginator.requestWanted());
  expect(alice.view.texts()).toEqual(room.textsFrom(1, 26));
  expect(alice.timeline.paginator.hasEarlier).toBe(false);
});

test('of who reads above nothing is taken away by a new beginning; what changed meanwhile is read again', () => {
  const room = roomWith(400);
  const alice = reader(() => true);
  enter(room, alice);
  const { paginator, window } = alice.timeline;
  for (let page = 0; page < 3; page++) loadPage(room, alice, paginator.requestEarlier(100));
  expect(alice.view.texts()).toHaveLength(303);
  room.edit(110, 'edited meanwhile');
  for (const seq of [98, 397, 398]) room.delete(seq);
  for (let n = 0; n < 30; n++) room.post('bob', `more ${n}`, `more-${n}`);
  enter(room, alice, 5);
  expect(alice.view.texts()).toHaveLength(303);
  for (let page = paginator.requestWanted(); page !== null; page = paginator.requestWanted())
    loadPage(room, alice, page);
  expect(window.isAtPresent).toBe(false);
  expect(alice.view.texts()).toEqual(room.textsFrom(98, 400));
  room.restore(6);
  enter(room, alice);
  expect(alice.view.texts()).toEqual(room.textsFrom(4));
});

test('whoever goes to a message and thinks better of it stays at the present', () => {
  const room = roomWith(200);
  const alice = reader();
  enter(room, alice);
  const { paginator } = alice.timeline;
  paginator.goToMessage(5);
  const page = paginator.requestWanted();
  paginator.goToPresent();
  if (page !== null) paginator.onPage(page, pageOf(room, page));
  expect(alice.view.texts()).toEqual(room.textsFrom(198));
});

/** Whatever is lost, doubled, cut off, late, let go of or restored on the way, the page shows what the room holds. */
function runWalk(seed: number): void {
  const random = new Random(seed);
  const room = new TestRoom();
  room.history = random.below(5);
  const alice = reader(() => random.chance(0.5));
  const { paginator, window } = alice.timeline;
  let queue: ServerFrame[][] = [];
  /** Questions on their way, and what was answered when they had come to the server. */
  let late: Array<{ readonly page: HistoryPage; messages: MessageState[] | null }> = [];
  const listener = (frame: ServerFrame): void => {
    if (random.chance(0.05)) return;
    queue.push(random.chance(0.1) ? [frame, frame] : [frame]);
  };
  const enterRoom = (): void => {
    const { position } = alice.timeline;
    queue = room.framesOnEntry(position?.after ?? null, position?.epoch ?? null, 12, 'alice');
    room.listeners.clear();
    room.listeners.add(listener);
  };
  const receive = (): void => {
    if (alice.take(queue.shift() ?? []).includes('gap')) enterRoom();
  };
  const request = (page: HistoryPage | null): void => {
    if (page !== null) late.push({ page, messages: null });
  };
  const answer = (): void => {
    for (const one of late) one.messages ??= pageOf(room, one.page);
  };
  const pageComes = (): void => {
    const one = late.shift();
    if (one === undefined) return;
    if (random.chance(0.9)) paginator.onPage(one.page, one.messages ?? pageOf(room, one.page));
    else paginator.onPageFailed(one.page);
  };
  enterRoom();
  const actions = [
    () => room.post('bob', `said ${room.head}`, `n${room.head}`),
    () => room.post('bob', `said ${room.head}`, `n${room.head}`),
    () => room.edit(1 + random.below(room.head + 1), `edited at ${room.head}`),
    () => room.delete(1 + random.below(room.head + 1)),
    receive,
    receive,
    receive,
    () => random.chance(0.2) && enterRoom(),
    () => {
      // A page of an earlier history comes before the new one, or never.
      if (!random.chance(0.02)) return;
      room.restore(random.below(room.rows.length + 1));
      late = [];
    },
    () =>
      request(
        paginator.requestWanted() ?? (random.chance(0.5) ? paginator.requestEarlier(4) : paginator.requestLater(4)),
      ),
    () => random.chance(0.3) && window.trim(random.pick(['above', 'below']), 1 + random.below(8)),
    () => random.chance(0.1) && paginator.goToMessage(1 + random.below(room.head + 1)),
    () => random.chance(0.1) && paginator.goToPresent(),
    answer,
    pageComes,
    () => paginator.resume(),
    () => paginator.resume(),
  ];
  for (let step = 0; step < 400; step++) random.pick(actions)();
  enterRoom();
  while (queue.length > 0) receive();
  while (late.length > 0) pageComes();
  paginator.resume();
  for (let page = paginator.requestWanted(); page !== null; page = paginator.requestWanted())
    paginator.onPage(page, pageOf(room, page));
  const texts = alice.view.texts();
  expect({ seed, texts }).toEqual({ seed, texts: room.textsFrom(window.from, window.to) });
}

test('500 random walks of losses, doubles, gaps, late pages, trims, edits, deletions and restores: the page shows what the room holds', () => {
  for (let seed = 1; seed <= 500; seed++) runWalk(seed);
});
