import { expect, test } from 'bun:test';
import { Random } from '../../tests/support/random.ts';
import { seedOfThisRun } from '../../tests/support/seeded-random.ts';
import { UnreadDivider, type UnreadMark, unreadMark } from './unread-divider.ts';

interface Message {
  readonly seq: number;
  readonly isMine: boolean;
  isDeleted: boolean;
}

/** The server's part: messages, the number of the last change, and how far the user has read. */
class RoomModel {
  messages: Message[] = [];
  head = 0;
  read: number | null = null;

  post(isMine: boolean): void {
    this.messages.push({ seq: ++this.head, isMine, isDeleted: false });
  }

  delete(message: Message): void {
    if (message.isDeleted) return;
    message.isDeleted = true;
    this.head++;
  }

  markRead(seq: number): void {
    this.read = Math.max(this.read ?? 0, seq);
  }

  get others(): number[] {
    return this.messages.filter(({ isMine, isDeleted }) => !isMine && !isDeleted).map(({ seq }) => seq);
  }

  /** The server's count of unread messages, as numbers. A user who was never here has none that the line could mark. */
  get unread(): number[] {
    const { read } = this;
    return read === null ? [] : this.others.filter((seq) => seq > read);
  }
}

/** A page with the room open, as the view drives the divider; and beside it what the line has to mark. */
class PageModel {
  isLooking: boolean;
  marked: readonly number[] = [];
  readonly #divider = new UnreadDivider();

  constructor(
    private readonly room: RoomModel,
    isLooking: boolean,
  ) {
    this.isLooking = isLooking;
    this.#divider.onEntered('epoch', room.read);
    this.marked = room.unread;
    this.look(isLooking);
  }

  get mark(): UnreadMark {
    return unreadMark(this.#divider.range, this.room.others, { from: 1, to: Number.POSITIVE_INFINITY });
  }

  look(isLooking: boolean): void {
    this.isLooking = isLooking;
    if (!isLooking) return;
    this.#divider.onSeen(this.room.head);
    this.room.markRead(this.room.head);
  }

  onArrival(): void {
    if (!this.isLooking) {
      this.#divider.onMissed();
      if (this.room.unread.length > 0) this.marked = this.room.unread;
    }
    this.look(this.isLooking);
  }

  onReadElsewhere(position: number): void {
    const wasUnread = this.room.read === null || this.room.unread.length > 0;
    this.room.markRead(position);
    this.#divider.onReadElsewhere(position);
    if (wasUnread && !this.isLooking) this.marked = this.room.unread;
  }

  write(): void {
    this.#divider.onWritten();
    this.room.post(true);
    this.marked = [];
    this.look(true);
  }

  onDeleted(): void {
    this.marked = this.marked.filter((seq) => this.room.others.includes(seq));
    this.look(this.isLooking);
  }
}

test('whatever is read, written, deleted, left and come back to: the line stands where the unread begin, and never with 0', () => {
  const seed = seedOfThisRun();
  for (let round = 0; round < 300; round++) {
    const random = new Random(seed + round);
    const room = new RoomModel();
    if (random.chance(0.5)) room.read = 0;
    let page = new PageModel(room, random.chance(0.5));
    const steps = {
      post: () => {
        room.post(false);
        page.onArrival();
      },
      postElsewhere: () => {
        room.post(true);
        page.look(page.isLooking);
      },
      lookAway: () => page.look(false),
      lookBack: () => page.look(true),
      readElsewhere: () => page.onReadElsewhere(random.below(room.head + 1)),
      write: () => page.write(),
      delete: () => {
        if (room.messages.length > 0) room.delete(random.pick(room.messages));
        page.onDeleted();
      },
      comeBack: () => {
        for (let away = random.below(3); away > 0; away--) room.post(false);
        page = new PageModel(room, random.chance(0.5));
      },
    };
    const done: string[] = [];
    for (let step = 0; step < 40; step++) {
      const name = random.pick(Object.keys(steps) as (keyof typeof steps)[]);
      steps[name]();
      done.push(name);
      const { first, count } = page.mark;
      const { marked } = page;
      expect({ seed, round, done, first, count }).toEqual({
        seed,
        round,
        done,
        first: marked[0] ?? null,
        count: marked.length,
      });
    }
  }
});

test('S32: a room that was never seen has no line, even when something comes before it is seen', () => {
  const room = new RoomModel();
  room.post(false);
  const page = new PageModel(room, false);
  room.post(false);
  page.onArrival();
  expect(page.mark).toEqual({ first: null, count: 0 });
});

test('an unread message that is not shown leaves the number open', () => {
  const range = { after: 4, upTo: 9 };
  expect(unreadMark(range, [7, 8, 9, 10], { from: 7, to: 10 })).toEqual({ first: 7, count: null });
  expect(unreadMark(range, [5, 7, 9, 10], { from: 5, to: 10 })).toEqual({ first: 5, count: 3 });
  expect(unreadMark(range, [10, 11], { from: 5, to: 11 })).toEqual({ first: null, count: 0 });
});
