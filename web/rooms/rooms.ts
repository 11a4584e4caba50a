import type { Clock } from '../../client/clock.ts';
import type { RoomName, RoomState, RoomSummary } from '../../protocol/frames.ts';
import { type ApiResponse, reasonOf } from '../api/response.ts';
import { insertionIndex } from '../browser/sorted-numbers.ts';
import type { RoomSlug } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';
import { LoadRetry } from './load-retry.ts';
import { type Change, UnreadCounts } from './unread-counts.ts';

export interface KnownRoom extends RoomSummary {
  /** The current user may rename it. */
  readonly yours: boolean;
  /** Unread messages; null: the user oldIndex never here, so all of them are new. */
  readonly unread: number | null;
}

export interface RoomsView {
  /** The room is new or has changed. `next`: the room that follows it in the list. */
  showRoom(room: KnownRoom, next: string | null): void;
}

/** Asks the server for rooms. */
export interface RoomsSource {
  fetchAll(): Promise<readonly RoomState[] | ApiResponse>;
  /** Null: no response. */
  fetchSome(slugs: readonly string[]): Promise<readonly RoomState[] | null>;
}

type StoredRoom = RoomSummary & Pick<RoomState, 'yours'>;

const collator = new Intl.Collator();

/** All rooms that the page knows, with the number of people and unread messages in each. */
export class Rooms {
  readonly #rooms = new Map<string, StoredRoom>();
  /** Sorted by name. */
  readonly #order: RoomName[] = [];
  readonly #counts: UnreadCounts;
  readonly #retry: LoadRetry;
  readonly #views: RoomsView[] = [];
  /** Slugs of the rooms that changed since the last request: its response may be older. */
  #changedSinceLoad = new Set<string>();
  #epoch = '';

  constructor(
    clock: Clock,
    private readonly source: RoomsSource,
    /** `why`: the reason for a failure; empty after a success. */
    private readonly onLoadResult: (why: string) => void,
  ) {
    this.#retry = new LoadRetry(clock, Math.random, () => void this.load());
    this.#counts = new UnreadCounts({
      clock,
      random: Math.random,
      fetchCounts: (slugs) => this.#fetchSome(slugs),
      onChange: (slug) => this.updateViews(slug),
    });
  }

  addView(view: RoomsView): void {
    this.#views.push(view);
  }

  /** Shows the present state of the room in all views. */
  updateViews(slug: string): void {
    const room = this.find(slug);
    if (room === null) return;
    const next = this.#order[this.#indexOf(room) + 1]?.slug ?? null;
    for (const view of this.#views) view.showRoom(room, next);
  }

  /** Last room first, so that each finds the next one in its place. */
  updateAllViews(): void {
    for (const { slug } of this.#order.toReversed()) this.updateViews(slug);
  }

  /** Loads the list, at once. A failed attempt is repeated by itself until one succeeds. */
  async load(): Promise<void> {
    this.#retry.cancel();
    const changed = new Set<string>();
    this.#changedSinceLoad = changed;
    const response = await this.source.fetchAll();
    if (changed !== this.#changedSinceLoad) return;
    if ('status' in response) return this.#onLoadFailed(response);
    this.#retry.reset();
    this.onLoadResult('');
    for (const room of response) this.#applyLoaded(room, changed);
  }

  /** The network may be back: skips the pause before the next attempt. */
  retryNow(): void {
    if (this.#retry.isScheduled) void this.load();
  }

  /** A `rooms` frame. */
  applySummaries(rooms: readonly RoomSummary[]): void {
    for (const room of rooms) {
      this.#changedSinceLoad.add(room.slug);
      this.#counts.applySummary(room);
      this.#setRoom({ ...room, yours: this.#rooms.get(room.slug)?.yours ?? false });
    }
  }

  /** A room that the user created or changed on this page. */
  applyOwnChange(room: RoomState): void {
    this.#changedSinceLoad.add(room.slug);
    this.#counts.applyServerCount(room);
    this.#setRoom(room);
  }

  applyRename(room: RoomName): void {
    const known = this.#rooms.get(room.slug);
    if (known === undefined) return;
    this.#changedSinceLoad.add(room.slug);
    this.#setRoom({ ...known, ...room });
  }

  markRead(slug: string, seq: number): void {
    this.#counts.markRead(slug, seq);
  }

  /** A change in the open room. */
  applyChange(slug: string, change: Change): void {
    this.#counts.applyChange(slug, change);
  }

  /** A restored backup is another history with another epoch: the counts of the previous one are not valid any more. */
  setEpoch(epoch: string): void {
    const isAnother = epoch !== this.#epoch && this.#epoch !== '';
    this.#epoch = epoch;
    if (!isAnother) return;
    this.#changedSinceLoad = new Set();
    this.#counts.clear();
  }

  /** Sorted by name. */
  get all(): readonly KnownRoom[] {
    return this.#order.flatMap(({ slug }) => this.find(slug) ?? []);
  }

  find(slug: string): KnownRoom | null {
    const room = this.#rooms.get(slug);
    return room === undefined ? null : { ...room, unread: this.#counts.unreadIn(slug) };
  }

  nameOf(slug: string): string {
    return this.#rooms.get(slug)?.name ?? slug;
  }

  /** Unread messages in all rooms but this one. */
  unreadOutside(room: RoomSlug | null): number {
    return this.#order.reduce((sum, { slug }) => sum + (slug === room ? 0 : (this.#counts.unreadIn(slug) ?? 0)), 0);
  }

  /** Without a session another attempt fails as well. */
  #onLoadFailed(response: ApiResponse): void {
    const isFinal = response.status === 401 || response.status === 403;
    this.onLoadResult(isFinal ? reasonOf(response) : messages.roomsFailed);
    if (!isFinal) this.#retry.schedule(response.retryAfterS ?? 0);
  }

  async #fetchSome(slugs: readonly string[]): Promise<readonly RoomState[] | null> {
    const response = await this.source.fetchSome(slugs);
    for (const { slug, yours } of response ?? []) {
      const known = this.#rooms.get(slug);
      if (known !== undefined) this.#rooms.set(slug, { ...known, yours });
    }
    return response;
  }

  #applyLoaded(room: RoomState, changed: ReadonlySet<string>): void {
    const known = changed.has(room.slug) ? this.#rooms.get(room.slug) : undefined;
    this.#counts.applyServerCount(room);
    this.#setRoom(known === undefined ? room : { ...known, yours: room.yours });
  }

  #setRoom({ slug, name, topic, people, last, head, yours }: StoredRoom): void {
    const known = this.#rooms.get(slug);
    this.#rooms.set(slug, { slug, name, topic, people, last, head, yours });
    if (known?.name !== name) this.#insertInOrder({ slug, name, topic });
    this.updateViews(slug);
  }

  #insertInOrder(room: RoomName): void {
    const oldIndex = this.#order.findIndex(({ slug }) => slug === room.slug);
    if (oldIndex >= 0) this.#order.splice(oldIndex, 1);
    this.#order.splice(this.#indexOf(room), 0, room);
  }

  #indexOf(room: RoomName): number {
    return insertionIndex(this.#order, (other) => compareRooms(other, room) < 0);
  }
}

function compareRooms(a: RoomName, b: RoomName): number {
  return collator.compare(a.name, b.name) || (a.slug < b.slug ? -1 : a.slug > b.slug ? 1 : 0);
}
