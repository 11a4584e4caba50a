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
  readonly close: () => Promise<void>;
  holders: number;
}

/** The streams of the rooms that somebody is in, one a room and process. */
export class RoomStreams {
  readonly #rooms = new Map<number, OpenRoom>();

  constructor(
    private readonly store: Store,
    private readonly layer: ChannelLayer,
    private readonly presence: Presence,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Every `hold` is answered by one `release`, also when it rejected. */
  acquire(roomId: number): Promise<RoomRealtime> {
    const held = this.#rooms.get(roomId) ?? this.#open(roomId);
    held.holders++;
    return held.opening;
  }

  async release(roomId: number): Promise<void> {
    const held = this.#rooms.get(roomId);
    if (held === undefined) return;
    held.holders--;
    if (held.holders > 0) return;
    await held.opening.catch(() => {});
    if (held.holders > 0 || this.#rooms.get(roomId) !== held) return;
    this.#rooms.delete(roomId);
    await held.close();
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
    const held = { opening: stream.open().then(() => ({ stream, presence })), close, holders: 0 };
    this.#rooms.set(roomId, held);
    return held;
  }
}
