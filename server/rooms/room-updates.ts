import type { ChannelLayer, InterceptedGroup, LayerEvent } from '../../channels/layer/layer.ts';
import type { Presence } from '../../channels/presence/presence.ts';
import { encodeFrame, type RoomSummary, type RoomsChanged, roomName } from '../../protocol/frames.ts';
import { isDrillRoom, type Message, type Room, type Rooms } from '../../store/store.ts';
import {
  changedRoomIdOf,
  LOBBY,
  ROOM_CHANGED,
  ROOMS_WRITTEN,
  type RoomsWritten,
  roomFramesEvent,
  roomGroup,
  roomOfGroup,
  roomsWrittenEvent,
  roomsWrittenOf,
} from '../layer-events.ts';

const BROADCAST_EVERY_MS = 1_000;
/** More wait for the next frame, so that no frame is large, however many rooms there are. */
export const ROOMS_A_FRAME = 100;

/** Broadcasts to the lobby which rooms changed: at most once a second, encoded once for all sockets. */
export class RoomUpdates {
  readonly #changed = new Set<number>();
  /** Of those, the ones in which this process wrote: the others cannot know. */
  readonly #written = new Set<number>();
  readonly #processMark = crypto.randomUUID();
  readonly #unwatch: () => void;
  #lobby: InterceptedGroup | null = null;
  #timer: Timer | null = null;

  constructor(
    private readonly rooms: Rooms,
    private readonly layer: ChannelLayer,
    private readonly presence: Presence,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#unwatch = presence.watchAll((group) => this.#onPresenceChange(group));
  }

  async open(): Promise<this> {
    this.#lobby = await this.layer.intercept(LOBBY, (event) => this.#onLobbyEvent(event));
    return this;
  }

  async close(): Promise<void> {
    this.#unwatch();
    clearTimeout(this.#timer ?? undefined);
    await this.#lobby?.remove();
  }

  /** Of new messages, and of deleted ones, which no longer count as unread. */
  onMessageWritten(message: Message): void {
    if (message.changed !== message.seq && message.deletedAt === null) return;
    this.#written.add(message.roomId);
    this.#markChanged(message.roomId);
  }

  summary(room: Room): RoomSummary {
    const { last, head } = room;
    return { ...roomName(room), people: this.presence.count(roomGroup(room.id)), last, head };
  }

  encode(rooms: readonly Room[], welcome?: RoomsChanged['welcome']): string {
    return encodeFrame({ type: 'rooms', rooms: rooms.map((room) => this.summary(room)), welcome });
  }

  #onLobbyEvent(event: LayerEvent): void {
    if (event.type === ROOM_CHANGED) this.#markChanged(changedRoomIdOf(event));
    else if (event.type === ROOMS_WRITTEN) this.#onWrittenElsewhere(roomsWrittenOf(event));
    else this.#lobby?.deliver(event);
  }

  #onWrittenElsewhere({ roomIds, from }: RoomsWritten): void {
    if (from === this.#processMark) return;
    for (const roomId of roomIds) this.#markChanged(roomId);
  }

  #onPresenceChange(group: string): void {
    this.#markChanged(roomOfGroup(group));
  }

  #markChanged(roomId: number | null): void {
    if (roomId === null || isDrillRoom(roomId)) return;
    this.#changed.add(roomId);
    this.#schedule();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#broadcast().catch(this.onError);
    }, BROADCAST_EVERY_MS);
  }

  #announceWritten(roomIds: readonly number[]): void {
    if (roomIds.length === 0) return;
    void this.layer.groupSend(LOBBY, roomsWrittenEvent({ roomIds, from: this.#processMark }));
  }

  async #broadcast(): Promise<void> {
    const ids = [...this.#changed].slice(0, ROOMS_A_FRAME);
    for (const id of ids) this.#changed.delete(id);
    this.#announceWritten(ids.filter((id) => this.#written.delete(id)));
    if (this.#changed.size > 0) this.#schedule();
    const rooms = (await Promise.all(ids.map((id) => this.rooms.byId(id)))).filter((room) => room !== null);
    this.#lobby?.deliver(roomFramesEvent(this.encode(rooms)));
  }
}
