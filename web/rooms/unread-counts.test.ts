import { beforeEach, describe, expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import { Random } from '../../tests/support/random.ts';
import { type UnreadCount, UnreadCounts } from './unread-counts.ts';

const ME = 'ann';

interface Row {
  readonly seq: number;
  readonly user: string;
  isDeleted: boolean;
}

/** What a server knows of one room and of one reader. */
class Room {
  head = 0;
  read = 0;
  rows: Row[] = [];

  constructor(readonly slug: string) {}

  get last(): number {
    return this.rows.at(-1)?.seq ?? 0;
  }

  get count(): UnreadCount {
    const { slug, last, head, read } = this;
    const unread = this.rows.filter((row) => row.seq > read && row.user !== ME && !row.isDeleted).length;
    return { slug, last, head, read, unread: Math.min(100, unread) };
  }

  post(user: string): Row {
    const row = { seq: ++this.head, user, isDeleted: false };
    this.rows.push(row);
    return row;
  }

  markRead(seq: number): void {
    this.read = Math.max(this.read, Math.min(seq, this.last));
  }
}

let clock: TestClock;
let rooms: Map<string, Room>;
let questions: Array<{ slugs: readonly string[]; answer: (counted: readonly UnreadCount[] | null) => void }>;
let counts: UnreadCounts;
let shown: Map<string, number | null>;

beforeEach(() => begin(() => 0.5));

function begin(random: () => number): void {
  clock = new TestClock();
  rooms = new Map(['general', 'random'].map((slug) => [slug, new Room(slug)]));
  questions = [];
  shown = new Map();
  const ask = (slugs: readonly string[]): Promise<readonly UnreadCount[] | null> =>
    new Promise((answer) => questions.push({ slugs, answer }));
  const changed = (slug: string): void => void shown.set(slug, counts.unreadIn(slug));
  counts = new UnreadCounts({ clock, random, fetchCounts: ask, onChange: changed });
}

function room(slug = 'general'): Room {
  const found = rooms.get(slug);
  if (found === undefined) throw new Error(`no room ${slug}`);
  return found;
}

const truth = (slugs: readonly string[]): UnreadCount[] =>
  slugs.flatMap((slug) => (rooms.has(slug) ? [room(slug).count] : []));

/** The oldest question is answered with what is true now. */
async function answer(with_: readonly UnreadCount[] | null | undefined = undefined): Promise<void> {
  const question = questions.shift();
  if (question === undefined) throw new Error('nothing was asked');
  question.answer(with_ === undefined ? truth(question.slugs) : with_);
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

function posted(count: number, user = 'bob', slug = 'general'): void {
  for (let each = 0; each < count; each++) room(slug).post(user);
}

const entered = (): void => {
  for (const each of rooms.values()) counts.applyServerCount(each.count);
};

describe('a room one is not in', () => {
  test('shows what the server counts, asked for once for all that came meanwhile', async () => {
    entered();
    posted(3);
    counts.applySummary(room().count);
    posted(2, 'bob', 'random');
    counts.applySummary(room('random').count);
    clock.pass(1_000);
    expect(questions.map(({ slugs }) => slugs)).toEqual([['general', 'random']]);
    await answer();
    expect([counts.unreadIn('general'), counts.unreadIn('random')]).toEqual([3, 2]);
    expect([...shown]).toEqual([
      ['general', 3],
      ['random', 2],
    ]);
  });

  test('is not unread by what one wrote oneself, on another device', async () => {
    entered();
    posted(1, ME);
    counts.applySummary(room().count);
    clock.pass(1_000);
    await answer();
    expect(counts.unreadIn('general')).toBe(0);
    clock.pass(120_000);
    expect(questions).toEqual([]);
  });

  test('counts one less when a message is taken back', async () => {
    posted(2);
    entered();
    const [first] = room().rows;
    if (first !== undefined) first.isDeleted = true;
    room().head++;
    counts.applySummary(room().count);
    clock.pass(1_000);
    await answer();
    expect(counts.unreadIn('general')).toBe(1);
  });

  test('is asked about at most once in two seconds, and never twice at a time', async () => {
    entered();
    for (let message = 1; message <= 3; message++) {
      posted(1);
      counts.applySummary(room().count);
      clock.pass(message === 1 ? 1_000 : 0);
    }
    expect(questions).toHaveLength(1);
    await answer();
    posted(1);
    counts.applySummary(room().count);
    clock.pass(2_000);
    expect(questions).toHaveLength(0);
    clock.pass(1_000);
    expect(questions).toHaveLength(1);
  });

  test('is not asked about any more when the count is at its cap, until something of it is read', async () => {
    posted(150);
    entered();
    expect(counts.unreadIn('general')).toBe(100);
    posted(10);
    counts.applySummary(room().count);
    clock.pass(60_000);
    expect(questions).toEqual([]);
    counts.markRead('general', 120);
    room().markRead(120);
    clock.pass(1_000);
    await answer();
    expect(counts.unreadIn('general')).toBe(40);
  });

  test('is asked about less and less often while nothing answers', async () => {
    entered();
    posted(1);
    counts.applySummary(room().count);
    const gaps: number[] = [];
    for (let asked = 0, since = 0; gaps.length < 7; since += 500) {
      clock.pass(500);
      if (questions.length === 0) continue;
      await answer(null);
      if (asked++ > 0) gaps.push(since);
      since = 0;
    }
    expect(gaps.at(-1)).toBeGreaterThan(50_000);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
  });

  test('that is gone is asked about no more', async () => {
    entered();
    counts.applySummary({ slug: 'gone', last: 3, head: 3 });
    clock.pass(1_000);
    await answer();
    clock.pass(120_000);
    expect(questions).toEqual([]);
  });
});

describe('reading', () => {
  test('clears at once, here and elsewhere, and a late answer brings nothing back', async () => {
    entered();
    posted(3);
    counts.applySummary(room().count);
    clock.pass(1_000);
    const before = truth(['general']);
    counts.markRead('general', 3);
    expect(counts.unreadIn('general')).toBe(0);
    room().markRead(3);
    await answer(before);
    expect(counts.unreadIn('general')).toBe(0);
    counts.applyServerCount(before[0] ?? room().count);
    expect(counts.unreadIn('general')).toBe(0);
  });

  test('the open room, read to its end, is never requested', () => {
    entered();
    for (let message = 1; message <= 50; message++) {
      const { seq } = room().post('bob');
      counts.applyChange('general', { kind: 'new', seq, changed: seq, isMine: false });
      counts.markRead('general', seq);
      counts.applySummary(room().count);
    }
    clock.pass(120_000);
    expect(questions).toEqual([]);
    expect(shown.get('general') ?? 0).toBe(0);
  });

  test('while nobody looks, the open room counts what comes, goes and is changed, without a question', () => {
    entered();
    for (let message = 1; message <= 4; message++) {
      counts.applyChange('general', { kind: 'new', seq: message, changed: message, isMine: message === 4 });
    }
    expect(counts.unreadIn('general')).toBe(3);
    counts.applyChange('general', { kind: 'edited', seq: 2, changed: 5, isMine: false });
    expect(counts.unreadIn('general')).toBe(3);
    counts.applyChange('general', { kind: 'deleted', seq: 2, changed: 6, isMine: false });
    expect(counts.unreadIn('general')).toBe(2);
    counts.applyChange('general', { kind: 'deleted', seq: 2, changed: 6, isMine: false });
    expect(counts.unreadIn('general')).toBe(2);
    counts.markRead('general', 6);
    expect(counts.unreadIn('general')).toBe(0);
    counts.applyChange('general', { kind: 'new', seq: 7, changed: 7, isMine: false });
    expect(counts.unreadIn('general')).toBe(1);
    clock.pass(120_000);
    expect(questions).toEqual([]);
  });

  test('is not undone by an answer that was overtaken by a newer one', () => {
    posted(2);
    const [before] = truth(['general']);
    posted(1);
    entered();
    if (before !== undefined) counts.applyServerCount(before);
    expect(counts.unreadIn('general')).toBe(3);
    expect(shown.get('general')).toBe(3);
  });
});

describe('another history', () => {
  test('begins with nothing, and an answer from before it is not believed', async () => {
    entered();
    posted(9);
    counts.applySummary(room().count);
    clock.pass(1_000);
    const before = truth(['general']);
    counts.markRead('general', 7);
    counts.clear();
    await answer(before);
    expect(counts.unreadIn('general')).toBe(0);
    counts.applyServerCount({ slug: 'general', last: 4, head: 4, read: 2, unread: 2 });
    expect(counts.unreadIn('general')).toBe(2);
  });
});

/** A page and its server, with everything between them late: frames in order, answers and marks whenever they come. */
class World {
  readonly frames: Array<() => void> = [];
  readonly marks: Array<() => void> = [];
  readonly answers: Array<() => void> = [];
  readonly touched = new Set<string>();
  open = 'general';

  constructor(private readonly random: Random) {}

  step(): void {
    const choices: Array<() => void> = [
      () => this.change(),
      () => this.change(),
      () => this.tell(),
      () => this.readHere(),
      () => this.readElsewhere(),
      () => this.frames.shift()?.(),
      () => this.marks.shift()?.(),
      () => this.answerOne(),
      () => this.enter(),
      () => clock.pass(this.random.below(1_500)),
    ];
    this.random.pick(choices)();
  }

  /** Until nothing is on its way any more. */
  async settle(): Promise<void> {
    for (let round = 0; round < 40; round++) {
      this.tell();
      for (const mark of this.marks.splice(0)) mark();
      for (const frame of this.frames.splice(0)) frame();
      while (questions.length > 0) await answer();
      clock.pass(61_000);
    }
  }

  private get here(): Room {
    return room(this.open);
  }

  private change(): void {
    const where = this.random.pick([...rooms.values()]);
    const row = this.random.chance(0.6) ? undefined : this.random.pick([...where.rows, where.post('bob')]);
    if (row === undefined || row.isDeleted) this.post(where);
    else this.revise(where, row);
    this.touched.add(where.slug);
  }

  private post(where: Room): void {
    const row = where.post(this.random.chance(0.3) ? ME : 'bob');
    this.follow(where, row, 'new', row.seq);
  }

  private revise(where: Room, row: Row): void {
    row.isDeleted = this.random.chance(0.5);
    this.follow(where, row, row.isDeleted ? 'deleted' : 'edited', ++where.head);
  }

  private follow({ slug }: Room, { seq, user }: Row, kind: 'new' | 'edited' | 'deleted', changed: number): void {
    this.frames.push(() => {
      if (slug === this.open) counts.applyChange(slug, { kind, seq, changed, isMine: user === ME });
    });
  }

  private tell(): void {
    const summaries = [...this.touched].map((slug) => room(slug).count);
    this.touched.clear();
    this.frames.push(() => {
      for (const summary of summaries) counts.applySummary(summary);
    });
  }

  private readHere(): void {
    const { slug, head } = this.here;
    counts.markRead(slug, head);
    this.marks.push(() => room(slug).markRead(head));
  }

  private readElsewhere(): void {
    const where = this.random.pick([...rooms.values()]);
    where.markRead(this.random.below(where.head + 1));
    const { slug, read } = where;
    this.frames.push(() => counts.markRead(slug, read));
  }

  private enter(): void {
    this.open = this.random.pick([...rooms.keys()]);
    const counted = truth([...rooms.keys()]);
    this.answers.push(() => {
      for (const count of counted) counts.applyServerCount(count);
    });
  }

  private answerOne(): void {
    const question = questions.shift();
    const counted = question && truth(question.slugs);
    if (question !== undefined)
      this.answers.push(() => question.answer(this.random.chance(0.2) ? null : (counted ?? null)));
    if (this.random.chance(0.6)) this.answers.splice(this.random.below(this.answers.length), 1)[0]?.();
  }
}

const SEEDS = 200;
const STEPS = 150;

test('whatever order frames, marks and late answers come in, in the end the server’s truth is shown', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = new Random(seed);
    begin(random.next);
    const world = new World(random);
    entered();
    for (let step = 0; step < STEPS; step++) {
      world.step();
      await Promise.resolve();
    }
    for (const late of world.answers.splice(0)) late();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    await world.settle();
    const all = [...rooms.values()].map(({ slug, count }) => [slug, count.unread] as const);
    expect({ seed, counts: all.map(([slug]) => [slug, counts.unreadIn(slug)]) }).toEqual({
      seed,
      counts: all.map((one) => [...one]),
    });
    for (const [slug, unread] of all)
      expect({ seed, slug, shown: shown.get(slug) ?? 0 }).toEqual({ seed, slug, shown: unread });
  }
}, 60_000);
