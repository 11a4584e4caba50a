import type { ChannelLayer } from '../../channels/layer/layer.ts';
import type { Presence } from '../../channels/presence/presence.ts';
import type { Store } from '../../store/store.ts';
import { RoomPresence } from './room-presence.ts';
import { RoomStream } from './room-stream.ts';

export interface RoomRealtime {
  readonly stream: RoomStream;
  readonly presence: RoomPresence;
}

interface OpenRoom {
  readonly opening: Promise<RoomRealtime>;
  readonly stream: RoomStream;
  readonly close: () => Promise<void>;
  references: number;
  /** As the store had it when it was last asked. */
  head: number;
}

/** The streams of the rooms with sockets in this process, one a room. */
export class RoomStreams {
  readonly #rooms = new Map<number, OpenRoom>();

  constructor(
    private readonly store: Store,
    private readonly layer: ChannelLayer,
    private readonly presence: Presence,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Every `acquire` needs one `release`, also when it rejected. */
  acquire(roomId: number): Promise<RoomRealtime> {
    const room = this.#rooms.get(roomId) ?? this.#open(roomId);
    room.references++;
    return room.opening;
  }

  async release(roomId: number): Promise<void> {
    const room = this.#rooms.get(roomId);
    if (room === undefined) return;
    room.references--;
    if (room.references > 0) return;
    await room.opening.catch(() => {});
    if (room.references > 0 || this.#rooms.get(roomId) !== room) return;
    this.#rooms.delete(roomId);
    await room.close();
  }

  /**
   * Catches up the streams that were behind the store already when it was last asked: another process wrote, and its
   * event did not come. Asked for once a second, a message crosses within two without any event.
   */
  async catchUp(): Promise<void> {
    const ids = [...this.#rooms.keys()];
    if (ids.length === 0) return;
    const heads = await this.store.messages.heads(ids);
    for (const [id, head] of heads) {
      const room = this.#rooms.get(id);
      if (room === undefined) continue;
      if (room.stream.delivered >= 0 && room.stream.delivered < room.head) void room.stream.catchUp();
      room.head = head;
    }
  }

  async flush(): Promise<void> {
    for (const { opening } of this.#rooms.values()) (await opening.catch(() => null))?.stream.flush();
  }

  #open(roomId: number): OpenRoom {
    const stream = new RoomStream(roomId, this.store, this.layer, this.onError);
    const presence = new RoomPresence(stream, this.presence);
    const close = async (): Promise<void> => {
      presence.close();
      await stream.close();
    };
    const opening = stream.open().then(() => ({ stream, presence }));
    const room = { opening, stream, close, references: 0, head: 0 };
    this.#rooms.set(roomId, room);
    return room;
  }
}
