import type { Clock } from '../../client/clock.ts';
import type { RoomName, RoomState, RoomSummary } from '../../protocol/frames.ts';
import { type ApiResponse, reasonOf } from '../api/response.ts';
import { insertionIndex } from '../browser/sorted-numbers.ts';
import type { RoomSlug } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';
import { LoadRetry } from './load-retry.ts';
import { type Change, UnreadCounts } from './unread-counts.ts';

export interface KnownRoom extends RoomSummary {
  /** May whoever looks give it another name? */
  readonly yours: boolean;
  /** How many messages are new; null: whatever there is, to who was never here. */
  readonly unread: number | null;
}

export interface RoomsView {
  /** Something about a room is new, or all of it. `next`: the room that follows it in the list. */
  changed(room: KnownRoom, next: string | null): void;
}

/** The server's own word. */
export interface RoomsSource {
  all(): Promise<readonly RoomState[] | ApiResponse>;
  /** Null: no answer. */
  some(slugs: readonly string[]): Promise<readonly RoomState[] | null>;
}

type Told = RoomSummary & Pick<RoomState, 'yours'>;

const collator = new Intl.Collator();

/** The rooms, how many are in each, and what is new in them: all that a page has been told. */
export class Rooms {
  readonly #rooms = new Map<string, Told>();
  /** In the order of their names. */
  readonly #order: RoomName[] = [];
  readonly #counts: UnreadCounts;
  readonly #retry: LoadRetry;
  readonly #views: RoomsView[] = [];
  /** What changed since the rooms were asked for last: the answer may be older. */
  #heard = new Set<string>();
  #epoch = '';

  constructor(
    clock: Clock,
    private readonly source: RoomsSource,
    /** Why the rooms could not be loaded; empty: they were. */
    private readonly failed: (why: string) => void,
  ) {
    this.#retry = new LoadRetry(clock, Math.random, () => void this.load());
    this.#counts = new UnreadCounts({
      clock,
      random: Math.random,
      ask: (slugs) => this.#ask(slugs),
      changed: (slug) => this.show(slug),
    });
  }

  showTo(view: RoomsView): void {
    this.#views.push(view);
  }

  /** As it is now, to all views. */
  show(slug: string): void {
    const room = this.of(slug);
    if (room === null) return;
    const next = this.#order[this.#placeOf(room) + 1]?.slug ?? null;
    for (const view of this.#views) view.changed(room, next);
  }

  /** The last one first: so each finds the one that follows it in its place. */
  tellAgain(): void {
    for (const { slug } of this.#order.toReversed()) this.show(slug);
  }

  /** Loads the list, at once. A failed attempt is repeated by itself until one succeeds. */
  async load(): Promise<void> {
    this.#retry.cancel();
    const heard = new Set<string>();
    this.#heard = heard;
    const answer = await this.source.all();
    if (heard !== this.#heard) return;
    if ('status' in answer) return this.#onLoadFailed(answer);
    this.#retry.reset();
    this.failed('');
    for (const room of answer) this.#loaded(room, heard);
  }

  /** The connection may be back: a list that is still missing is asked for without a further pause. */
  retryNow(): void {
    if (this.#retry.isScheduled) void this.load();
  }

  /** What changed in some of the rooms. */
  changed(rooms: readonly RoomSummary[]): void {
    for (const room of rooms) {
      this.#heard.add(room.slug);
      this.#counts.heard(room);
      this.#put({ ...room, yours: this.#rooms.get(room.slug)?.yours ?? false });
    }
  }

  /** One was made or changed from here. */
  made(room: RoomState): void {
    this.#heard.add(room.slug);
    this.#counts.told(room);
    this.#put(room);
  }

  renamed(room: RoomName): void {
    const known = this.#rooms.get(room.slug);
    if (known === undefined) return;
    this.#heard.add(room.slug);
    this.#put({ ...known, ...room });
  }

  read(slug: string, seq: number): void {
    this.#counts.read(slug, seq);
  }

  /** A change of the room that is open. */
  follow(slug: string, change: Change): void {
    this.#counts.follow(slug, change);
  }

  /** A backup that is put back begins another history: nothing that was counted in the one before holds. */
  inHistory(epoch: string): void {
    const isAnother = epoch !== this.#epoch && this.#epoch !== '';
    this.#epoch = epoch;
    if (!isAnother) return;
    this.#heard = new Set();
    this.#counts.forget();
  }

  /** In the order of the list. */
  get all(): readonly KnownRoom[] {
    return this.#order.flatMap(({ slug }) => this.of(slug) ?? []);
  }

  of(slug: string): KnownRoom | null {
    const room = this.#rooms.get(slug);
    return room === undefined ? null : { ...room, unread: this.#counts.of(slug) };
  }

  nameOf(slug: string): string {
    return this.#rooms.get(slug)?.name ?? slug;
  }

  /** New messages in all rooms but one. */
  unreadBeside(place: RoomSlug | null): number {
    return this.#order.reduce((sum, { slug }) => sum + (slug === place ? 0 : (this.#counts.of(slug) ?? 0)), 0);
  }

  /** Without a session another attempt fails as well. */
  #onLoadFailed(answer: ApiResponse): void {
    const isFinal = answer.status === 401 || answer.status === 403;
    this.failed(isFinal ? reasonOf(answer) : messages.roomsFailed);
    if (!isFinal) this.#retry.schedule(answer.retryAfterS ?? 0);
  }

  async #ask(slugs: readonly string[]): Promise<readonly RoomState[] | null> {
    const answer = await this.source.some(slugs);
    for (const { slug, yours } of answer ?? []) {
      const known = this.#rooms.get(slug);
      if (known !== undefined) this.#rooms.set(slug, { ...known, yours });
    }
    return answer;
  }

  #loaded(room: RoomState, heard: ReadonlySet<string>): void {
    const known = heard.has(room.slug) ? this.#rooms.get(room.slug) : undefined;
    this.#counts.told(room);
    this.#put(known === undefined ? room : { ...known, yours: room.yours });
  }

  #put({ slug, name, topic, people, last, head, yours }: Told): void {
    const known = this.#rooms.get(slug);
    this.#rooms.set(slug, { slug, name, topic, people, last, head, yours });
    if (known?.name !== name) this.#place({ slug, name, topic });
    this.show(slug);
  }

  #place(room: RoomName): void {
    const was = this.#order.findIndex(({ slug }) => slug === room.slug);
    if (was >= 0) this.#order.splice(was, 1);
    this.#order.splice(this.#placeOf(room), 0, room);
  }

  #placeOf(room: RoomName): number {
    return insertionIndex(this.#order, (other) => inOrder(other, room) < 0);
  }
}

function inOrder(a: RoomName, b: RoomName): number {
  return collator.compare(a.name, b.name) || (a.slug < b.slug ? -1 : a.slug > b.slug ? 1 : 0);
}
