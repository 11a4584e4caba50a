import type { Socket } from '../../channels/consumer.ts';
import type { Presence } from '../../channels/presence/presence.ts';
import { encodeFrame } from '../../protocol/frames.ts';
import { PEOPLE_LISTED } from '../../protocol/limits.ts';
import { roomGroup } from '../layer-events.ts';
import type { RoomStream } from './room-stream.ts';

/** In a room of more users, join and leave notices are batched (S39). */
const LARGE_ROOM = 50;
/** At most one list in this time, and no leave notice later than this after the leave is certain. */
const BATCH_MS = 500;
/**
 * A thousand names for each of thousands of sockets are many times the bytes of the messages, which wait behind them:
 * lists must leave most of the connections' bandwidth to messages.
 */
const LIST_BYTES_A_MS = 8 * 1024;

/** Broadcasts joins and leaves to a room and, once a turn at most, the list of its users. */
export class RoomPresence {
  readonly #group: string;
  readonly #unwatch: () => void;
  #listTimer: Timer | null = null;
  /** In a large room every notice by itself would be a write for each of very many sockets. */
  #notices: string[] = [];
  #noticesTimer: Timer | null = null;
  #newcomers: Newcomer[] = [];
  #listedAt = Number.NEGATIVE_INFINITY;
  #listIntervalMs = 0;

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

  /** At the end of the turn all newcomers enter, and then receive one and the same list. */
  addNewcomer(socket: NewcomerSocket, enter: () => void): void {
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
    const open = this.#newcomers.filter(({ socket }) => !socket.isClosed);
    this.#newcomers = [];
    for (const { enter } of open) enter();
    const list = this.#encodeList();
    for (const { socket } of open) socket.send(list);
  }

  #addNotice(frame: string): void {
    this.#notices.push(frame);
    const waitMs = noticeDelayMs(this.presence.count(this.#group));
    if (waitMs === 0) this.#broadcastNotices();
    else this.#noticesTimer ??= setTimeout(() => this.#broadcastNotices(), waitMs);
  }

  #broadcastNotices(): void {
    clearTimeout(this.#noticesTimer ?? undefined);
    this.#noticesTimer = null;
    for (const frame of this.#notices.splice(0)) this.stream.broadcast(frame);
  }

  #scheduleList(): void {
    if (this.#listTimer !== null) return;
    const waitMs = this.#listedAt + this.#listIntervalMs - performance.now();
    this.#listTimer = setTimeout(() => this.#broadcastList(), Math.max(0, waitMs));
  }

  /** The newcomers of this turn receive the list, and are in it. */
  #broadcastList(): void {
    this.#admitNewcomers();
    this.#listTimer = null;
    this.#broadcastNotices();
    this.#listedAt = performance.now();
    const list = this.#encodeList();
    this.#listIntervalMs = listIntervalMs(this.presence.count(this.#group), list.length);
    this.stream.broadcast(list);
  }

  /** The whole list up to PEOPLE_LISTED names, and how many there are in all. */
  #encodeList(): string {
    const users = this.presence.people(this.#group).slice(0, PEOPLE_LISTED);
    return encodeFrame({ type: 'user_list', users, count: this.presence.count(this.#group) });
  }
}

type NewcomerSocket = Pick<Socket, 'isClosed' | 'send'>;

interface Newcomer {
  readonly socket: NewcomerSocket;
  readonly enter: () => void;
}

/** The least time between two lists. */
export function listIntervalMs(people: number, listBytes: number): number {
  if (people <= LARGE_ROOM) return 0;
  return Math.max(BATCH_MS, (people * listBytes) / LIST_BYTES_A_MS);
}

/** How long a join or leave notice waits for others to be sent with it. */
export function noticeDelayMs(people: number): number {
  return people <= LARGE_ROOM ? 0 : BATCH_MS;
}
