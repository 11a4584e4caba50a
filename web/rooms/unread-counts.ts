import type { Clock } from '../../client/clock.ts';
import type { RoomState, RoomSummary } from '../../protocol/frames.ts';
import { UNREAD_COUNTED } from '../../protocol/limits.ts';

export type UnreadCount = Pick<RoomState, 'slug' | 'last' | 'head' | 'read' | 'unread'>;

/** A change of a room: the fields that decide whether it counts as unread. */
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
  /** The server's counts of these rooms; null: no response. Must not reject. */
  readonly fetchCounts: (slugs: readonly string[]) => Promise<readonly UnreadCount[] | null>;
  readonly onChange: (slug: string) => void;
}

/** Unread messages after the read marker `read`, as of the change `head`. */
interface Count {
  readonly head: number;
  readonly read: number;
  readonly unread: number;
}

interface TrackedRoom {
  last: number;
  head: number;
  read: number;
  /** The user has read something here, or was here while the room was still empty. */
  isVisited: boolean;
  count: Count | null;
}

/** One request at a time, and a pause after it. The spread keeps pages from asking at the same moment. */
const FETCH_PAUSE_MS = 2_000;
const FETCH_SPREAD_MS = 1_000;
const FETCH_PAUSE_CAP_MS = 60_000;
/** The most rooms that the server answers for in one request. */
const FETCHED_MOST = 100;

/**
 * Unread messages of each room. The server counts; a frame only shows that a count is outdated. Reading, in any tab,
 * and live messages of the open room update the count without a request.
 */
export class UnreadCounts {
  readonly #rooms = new Map<string, TrackedRoom>();
  #generation = 0;
  #isFetching = false;
  #failures = 0;
  #pausedUntil = 0;
  #cancel: (() => void) | null = null;

  constructor(private readonly parts: UnreadParts) {}

  /** Null: a first visit shows the last messages and the user need not read the earlier ones, so there is no number. */
  unreadIn(slug: string): number | null {
    const room = this.#rooms.get(slug);
    if (room === undefined || room.read >= room.last) return 0;
    const count = Math.min(room.count?.unread ?? 0, room.last - room.read);
    return room.isVisited || count === 0 ? count : null;
  }

  /** A `rooms` frame. */
  applySummary({ slug, last, head }: Pick<RoomSummary, 'slug' | 'last' | 'head'>): void {
    this.#updateRoom(slug, (room) => raiseTo(room, last, head));
  }

  /** The server's count; it may be older than what is known here. */
  applyServerCount({ slug, last, head, read, unread }: UnreadCount): void {
    this.#updateRoom(slug, (room) => {
      raiseTo(room, last, head);
      const count = { head, read: read ?? 0, unread };
      if (isNewer(count, room.count)) room.count = count;
      if (read !== null) moveRead(room, read);
    });
  }

  /** The user has read up to this message, on this page or on another one. */
  markRead(slug: string, seq: number): void {
    this.#updateRoom(slug, (room) => moveRead(room, seq));
  }

  /** A change in the open room. It is counted here if it directly follows the last count. */
  applyChange(slug: string, change: Change): void {
    this.#updateRoom(slug, (room) => {
      raiseTo(room, change.kind === 'new' ? change.seq : 0, change.changed);
      if (room.count !== null && change.changed === room.count.head + 1) room.count = countAfter(room.count, change);
    });
  }

  /** The history is another one: no count is valid any more. */
  clear(): void {
    this.#generation++;
    const slugs = [...this.#rooms.keys()];
    this.#rooms.clear();
    for (const slug of slugs) this.parts.onChange(slug);
  }

  #updateRoom(slug: string, update: (room: TrackedRoom) => void): void {
    const before = this.unreadIn(slug);
    const room = this.#rooms.get(slug) ?? { last: 0, head: 0, read: 0, isVisited: false, count: null };
    this.#rooms.set(slug, room);
    update(room);
    if (this.unreadIn(slug) !== before) this.parts.onChange(slug);
    if (isOutdated(room)) this.#scheduleFetch();
  }

  #scheduleFetch(): void {
    if (this.#isFetching || this.#cancel !== null) return;
    const pauseMs = Math.max(0, this.#pausedUntil - this.parts.clock.now());
    this.#cancel = this.parts.clock.after(pauseMs + this.parts.random() * FETCH_SPREAD_MS, () => {
      this.#cancel = null;
      void this.#refresh();
    });
  }

  async #refresh(): Promise<void> {
    const requested = this.#outdatedSlugs().slice(0, FETCHED_MOST);
    if (requested.length === 0) return;
    const generation = this.#generation;
    this.#isFetching = true;
    const response = await this.parts.fetchCounts(requested);
    this.#isFetching = false;
    if (generation === this.#generation) this.#applyResponse(requested, response);
    this.#startPause();
    if (this.#outdatedSlugs().length > 0) this.#scheduleFetch();
  }

  #applyResponse(requested: readonly string[], response: readonly UnreadCount[] | null): void {
    for (const count of response ?? []) this.applyServerCount(count);
    const slugs = new Set(response?.map(({ slug }) => slug));
    if (response !== null) for (const slug of requested) if (!slugs.has(slug)) this.#rooms.delete(slug);
    const old = new Set(this.#outdatedSlugs());
    this.#failures = requested.some((slug) => !old.has(slug)) ? 0 : this.#failures + 1;
  }

  /** Requests that bring no newer count become less frequent. */
  #startPause(): void {
    const pauseMs = Math.min(FETCH_PAUSE_CAP_MS, FETCH_PAUSE_MS * 2 ** this.#failures);
    this.#pausedUntil = this.parts.clock.now() + pauseMs;
  }

  #outdatedSlugs(): string[] {
    return [...this.#rooms].filter(([, room]) => isOutdated(room)).map(([slug]) => slug);
  }
}

function raiseTo(room: TrackedRoom, last: number, head: number): void {
  room.last = Math.max(room.last, last);
  room.head = Math.max(room.head, head, last);
}

/** Reading up to the last counted change makes the count zero. */
function moveRead(room: TrackedRoom, seq: number): void {
  room.isVisited = true;
  room.read = Math.max(room.read, seq);
  if (room.count !== null && room.read >= room.count.head) room.count = { ...room.count, read: room.read, unread: 0 };
}

function isNewer({ head, read }: Pick<Count, 'head' | 'read'>, count: Count | null): boolean {
  if (count === null || head > count.head) return true;
  return head === count.head && read >= count.read;
}

function countAfter({ read, unread }: Count, { kind, seq, changed, isMine }: Change): Count {
  const step = isMine || seq <= read || kind === 'edited' ? 0 : kind === 'new' ? 1 : -1;
  // At the cap the exact number is unknown.
  const isCapped = unread >= UNREAD_COUNTED;
  return { head: changed, read, unread: isCapped ? unread : Math.max(0, unread + step) };
}

/** Beyond the cap the display does not change, so a count at the cap is not requested again. */
function isOutdated({ last, head, read, count }: TrackedRoom): boolean {
  if (read >= last) return false;
  if (count === null || count.read < read) return true;
  return count.head < head && count.unread < UNREAD_COUNTED;
}
