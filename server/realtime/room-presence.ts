import type { Socket } from '../../channels/consumer.ts';
import type { Presence } from '../../channels/presence/presence.ts';
import { encodeFrame } from '../../protocol/frames.ts';
import { PEOPLE_LISTED } from '../../protocol/limits.ts';
import { roomGroup } from '../layer-events.ts';
import type { RoomStream } from './room-stream.ts';

/** In a room of more than this many, what is told of coming and going is gathered (S39). */
const CROWD = 50;
/** Lists go out this often at most; and nobody's going is told later than this after it is certain. */
const GATHERED_MS = 500;
/**
 * A thousand names for each of thousands of people are many times what these say, and what is said waits behind what
 * was handed over before: lists are to leave most of the line to messages.
 */
const LIST_BYTES_A_MS = 8 * 1024;

/** Tells a room who comes, who goes, and, once a turn at most, who is here. */
export class RoomPresence {
  readonly #group: string;
  readonly #unwatch: () => void;
  #listTimer: Timer | null = null;
  /** In a crowd every line by itself would be a write for each of very many sockets. */
  #notices: string[] = [];
  #noticesTimer: Timer | null = null;
  #newcomers: Newcomer_[] = [];
  #listedAt = Number.NEGATIVE_INFINITY;
  #restMs = 0;

  constructor(
    private readonly stream: Pick<RoomStream, 'roomId' | 'broadcast'>,
    private readonly presence: Presence,
  ) {
    this.#group = roomGroup(stream.roomId);
    this.#unwatch = presence.watch(this.#group, {
      onJoined: (user) => this.#addNotice(encodeFrame({ type: 'user_join', user })),
      onLeft: (user) => this.#addNotice(encodeFrame({ type: 'user_leave', user })),
      onListChanged: () => this.#scheduleList(),
    });
  }

  /** At the end of the turn: all who came in it enter, and then are sent one and the same list. */
  addNewcomer(socket: Newcomer, enter: () => void): void {
    this.#newcomers.push({ socket, enter });
    if (this.#newcomers.length === 1) setImmediate(() => this.#admitNewcomers());
  }

  close(): void {
    this.#unwatch();
    clearTimeout(this.#listTimer ?? undefined);
    clearTimeout(this.#noticesTimer ?? undefined);
  }

  #admitNewcomers(): void {
    if (this.#newcomers.length === 0) return;
    const here = this.#newcomers.filter(({ socket }) => !socket.isClosed);
    this.#newcomers = [];
    for (const { enter } of here) enter();
    const list = this.#encodeList();
    for (const { socket } of here) socket.send(list);
  }

  #addNotice(line: string): void {
    this.#notices.push(line);
    const waitMs = noticeDelayMs(this.presence.count(this.#group));
    if (waitMs === 0) this.#broadcastNotices();
    else this.#noticesTimer ??= setTimeout(() => this.#broadcastNotices(), waitMs);
  }

  #broadcastNotices(): void {
    clearTimeout(this.#noticesTimer ?? undefined);
    this.#noticesTimer = null;
    for (const line of this.#notices.splice(0)) this.stream.broadcast(line);
  }

  #scheduleList(): void {
    if (this.#listTimer !== null) return;
    const waitMs = this.#listedAt + this.#restMs - performance.now();
    this.#listTimer = setTimeout(() => this.#broadcastList(), Math.max(0, waitMs));
  }

  /** Who has come in this turn hears it, and stands in it. */
  #broadcastList(): void {
    this.#admitNewcomers();
    this.#listTimer = null;
    this.#broadcastNotices();
    this.#listedAt = performance.now();
    const list = this.#encodeList();
    this.#restMs = listIntervalMs(this.presence.count(this.#group), list.length);
    this.stream.broadcast(list);
  }

  /** The whole list up to PEOPLE_LISTED names, and how many there are in all. */
  #encodeList(): string {
    const users = this.presence.people(this.#group).slice(0, PEOPLE_LISTED);
    return encodeFrame({ type: 'user_list', users, count: this.presence.count(this.#group) });
  }
}

type Newcomer = Pick<Socket, 'isClosed' | 'send'>;

interface Newcomer_ {
  readonly socket: Newcomer;
  readonly enter: () => void;
}

/** How long a room rests after a list until the next one, if there is a reason for one. */
export function listIntervalMs(people: number, listBytes: number): number {
  if (people <= CROWD) return 0;
  return Math.max(GATHERED_MS, (people * listBytes) / LIST_BYTES_A_MS);
}

/** How long a line about somebody who came or went waits for others to go with. */
export function noticeDelayMs(people: number): number {
  return people <= CROWD ? 0 : GATHERED_MS;
}
