import type { Socket } from '../../channels/consumer.ts';
import type { Presence } from '../../channels/presence/presence.ts';
import { encodeFrame } from '../../protocol/frames.ts';
import { PEOPLE_LISTED } from '../../protocol/limits.ts';
import { roomGroup } from '../layer-events.ts';
import { linesGatheredMs, restAfterList } from './people-pace.ts';
import type { RoomStream } from './room-stream.ts';

/** Tells a room who comes, who goes, and, once a turn at most, who is here. */
export class RoomPresence {
  readonly #group: string;
  readonly #unwatch: () => void;
  #next: Timer | null = null;
  /** In a crowd every line by itself would be a write for each of very many sockets. */
  #lines: string[] = [];
  #linesDue: Timer | null = null;
  #arriving: Arrival[] = [];
  #listedAt = Number.NEGATIVE_INFINITY;
  #restMs = 0;

  constructor(
    private readonly stream: Pick<RoomStream, 'roomId' | 'say'>,
    private readonly presence: Presence,
  ) {
    this.#group = roomGroup(stream.roomId);
    this.#unwatch = presence.watch(this.#group, {
      onJoined: (user) => this.#announce(encodeFrame({ type: 'user_join', user })),
      onLeft: (user) => this.#announce(encodeFrame({ type: 'user_leave', user })),
      onListChanged: () => this.#schedule(),
    });
  }

  /** At the end of the turn: all who came in it enter, and then are sent one and the same list. */
  arrive(socket: Newcomer, enter: () => void): void {
    this.#arriving.push({ socket, enter });
    if (this.#arriving.length === 1) setImmediate(() => this.#letIn());
  }

  close(): void {
    this.#unwatch();
    clearTimeout(this.#next ?? undefined);
    clearTimeout(this.#linesDue ?? undefined);
  }

  #letIn(): void {
    if (this.#arriving.length === 0) return;
    const here = this.#arriving.filter(({ socket }) => !socket.isClosed);
    this.#arriving = [];
    for (const { enter } of here) enter();
    const list = this.#encode();
    for (const { socket } of here) socket.send(list);
  }

  #announce(line: string): void {
    this.#lines.push(line);
    const waitMs = linesGatheredMs(this.presence.count(this.#group));
    if (waitMs === 0) this.#sayLines();
    else this.#linesDue ??= setTimeout(() => this.#sayLines(), waitMs);
  }

  #sayLines(): void {
    clearTimeout(this.#linesDue ?? undefined);
    this.#linesDue = null;
    for (const line of this.#lines.splice(0)) this.stream.say(line);
  }

  #schedule(): void {
    if (this.#next !== null) return;
    const waitMs = this.#listedAt + this.#restMs - performance.now();
    this.#next = setTimeout(() => this.#tell(), Math.max(0, waitMs));
  }

  /** Who has come in this turn hears it, and stands in it. */
  #tell(): void {
    this.#letIn();
    this.#next = null;
    this.#sayLines();
    this.#listedAt = performance.now();
    const list = this.#encode();
    this.#restMs = restAfterList(this.presence.count(this.#group), list.length);
    this.stream.say(list);
  }

  /** The whole list up to PEOPLE_LISTED names, and how many there are in all. */
  #encode(): string {
    const users = this.presence.people(this.#group).slice(0, PEOPLE_LISTED);
    return encodeFrame({ type: 'user_list', users, count: this.presence.count(this.#group) });
  }
}

type Newcomer = Pick<Socket, 'isClosed' | 'send'>;

interface Arrival {
  readonly socket: Newcomer;
  readonly enter: () => void;
}
