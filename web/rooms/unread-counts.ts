import type { Clock } from '../../client/clock.ts';
import type { RoomState, RoomSummary } from '../../protocol/frames.ts';
import { UNREAD_COUNTED } from '../../protocol/limits.ts';

export type UnreadCount = Pick<RoomState, 'slug' | 'last' | 'head' | 'read' | 'unread'>;

/** One change of a room, as far as it can count. */
export interface Change {
  readonly kind: 'new' | 'edited' | 'deleted';
  readonly seq: number;
  readonly changed: number;
  readonly isMine: boolean;
}

export interface UnreadParts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** What the server counts in these rooms; null: no answer. Must not reject. */
  readonly ask: (slugs: readonly string[]) => Promise<readonly UnreadCount[] | null>;
  readonly changed: (slug: string) => void;
}

/** As of the change `head`, after the mark `read`. */
interface Count {
  readonly head: number;
  readonly read: number;
  readonly unread: number;
}

interface Known {
  last: number;
  head: number;
  read: number;
  /** They have read something, or were here before there was anything. */
  isVisited: boolean;
  count: Count | null;
}

/** One question at a time, and after it a rest; nobody asks in the same moment as everybody else. */
const ASK_EVERY_MS = 2_000;
const ASK_SPREAD_MS = 1_000;
const ASK_CAP_MS = 60_000;
/** As many as the server answers about at once. */
const ASKED_MOST = 100;

/**
 * How many messages are unread in each room. The server counts; frames only tell that a count is old. What is read,
 * here or elsewhere, and what comes live into the open room is counted on without asking.
 */
export class UnreadCounts {
  readonly #rooms = new Map<string, Known>();
  #generation = 0;
  #isAsking = false;
  #fruitless = 0;
  #restsUntil = 0;
  #callOff: (() => void) | null = null;

  constructor(private readonly parts: UnreadParts) {}

  /** Null: who comes in for the first time is shown the last messages and is not expected to read the others, so no number is told. */
  of(slug: string): number | null {
    const room = this.#rooms.get(slug);
    if (room === undefined || room.read >= room.last) return 0;
    const count = Math.min(room.count?.unread ?? 0, room.last - room.read);
    return room.isVisited || count === 0 ? count : null;
  }

  /** A `rooms` frame. */
  heard({ slug, last, head }: Pick<RoomSummary, 'slug' | 'last' | 'head'>): void {
    this.#alter(slug, (room) => reach(room, last, head));
  }

  /** The server's own count, perhaps an old one that was long on its way. */
  told({ slug, last, head, read, unread }: UnreadCount): void {
    this.#alter(slug, (room) => {
      reach(room, last, head);
      const count = { head, read: read ?? 0, unread };
      if (isNewer(count, room.count)) room.count = count;
      if (read !== null) moveRead(room, read);
    });
  }

  /** Read up to there, in this page or in another one. */
  read(slug: string, seq: number): void {
    this.#alter(slug, (room) => moveRead(room, seq));
  }

  /** The open room, change by change: what follows on the last count is counted on. */
  follow(slug: string, change: Change): void {
    this.#alter(slug, (room) => {
      reach(room, change.kind === 'new' ? change.seq : 0, change.changed);
      if (room.count !== null && change.changed === room.count.head + 1) room.count = counted(room.count, change);
    });
  }

  /** Another history: nothing of what was counted holds. */
  forget(): void {
    this.#generation++;
    const slugs = [...this.#rooms.keys()];
    this.#rooms.clear();
    for (const slug of slugs) this.parts.changed(slug);
  }

  #alter(slug: string, alter: (room: Known) => void): void {
    const before = this.of(slug);
    const room = this.#rooms.get(slug) ?? { last: 0, head: 0, read: 0, isVisited: false, count: null };
    this.#rooms.set(slug, room);
    alter(room);
    if (this.of(slug) !== before) this.parts.changed(slug);
    if (isOld(room)) this.#schedule();
  }

  #schedule(): void {
    if (this.#isAsking || this.#callOff !== null) return;
    const rest = Math.max(0, this.#restsUntil - this.parts.clock.now());
    this.#callOff = this.parts.clock.after(rest + this.parts.random() * ASK_SPREAD_MS, () => {
      this.#callOff = null;
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    const asked = this.#old().slice(0, ASKED_MOST);
    if (asked.length === 0) return;
    const generation = this.#generation;
    this.#isAsking = true;
    const answer = await this.parts.ask(asked);
    this.#isAsking = false;
    if (generation === this.#generation) this.#answered(asked, answer);
    this.#rest();
    if (this.#old().length > 0) this.#schedule();
  }

  #answered(asked: readonly string[], answer: readonly UnreadCount[] | null): void {
    for (const tally of answer ?? []) this.told(tally);
    const slugs = new Set(answer?.map(({ slug }) => slug));
    if (answer !== null) for (const slug of asked) if (!slugs.has(slug)) this.#rooms.delete(slug);
    const old = new Set(this.#old());
    this.#fruitless = asked.some((slug) => !old.has(slug)) ? 0 : this.#fruitless + 1;
  }

  /** Who asks again and again, and is none the wiser, asks less often. */
  #rest(): void {
    const restMs = Math.min(ASK_CAP_MS, ASK_EVERY_MS * 2 ** this.#fruitless);
    this.#restsUntil = this.parts.clock.now() + restMs;
  }

  #old(): string[] {
    return [...this.#rooms].filter(([, room]) => isOld(room)).map(([slug]) => slug);
  }
}

function reach(room: Known, last: number, head: number): void {
  room.last = Math.max(room.last, last);
  room.head = Math.max(room.head, head, last);
}

/** What was read up to the last change that was counted leaves nothing of the count. */
function moveRead(room: Known, seq: number): void {
  room.isVisited = true;
  room.read = Math.max(room.read, seq);
  if (room.count !== null && room.read >= room.count.head) room.count = { ...room.count, read: room.read, unread: 0 };
}

function isNewer({ head, read }: Pick<Count, 'head' | 'read'>, count: Count | null): boolean {
  if (count === null || head > count.head) return true;
  return head === count.head && read >= count.read;
}

function counted({ read, unread }: Count, { kind, seq, changed, isMine }: Change): Count {
  const step = isMine || seq <= read || kind === 'edited' ? 0 : kind === 'new' ? 1 : -1;
  // At the cap nobody knows how many more there are.
  const isCapped = unread >= UNREAD_COUNTED;
  return { head: changed, read, unread: isCapped ? unread : Math.max(0, unread + step) };
}

/** More than the cap is the same to whoever looks, so a count at the cap is not asked for again. */
function isOld({ last, head, read, count }: Known): boolean {
  if (read >= last) return false;
  if (count === null || count.read < read) return true;
  return count.head < head && count.unread < UNREAD_COUNTED;
}
