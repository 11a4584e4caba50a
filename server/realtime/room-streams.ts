import type { ChannelLayer } from '../../channels/layer/layer.ts';
import type { Presence } from '../../channels/presence/presence.ts';
import type { Store } from '../../store/store.ts';
import { RoomPresence } from './room-presence.ts';
import { RoomStream } from './room-stream.ts';

export interface RoomRealtime {
  readonly stream: RoomStream;
  readonly people: RoomPresence;
}

interface Held {
  readonly opening: Promise<RoomRealtime>;
  readonly close: () => Promise<void>;
  holders: number;
}

/** The streams of the rooms that somebody is in, one a room and process. */
export class RoomStreams {
  readonly #held = new Map<number, Held>();

  constructor(
    private readonly store: Store,
    private readonly layer: ChannelLayer,
    private readonly presence: Presence,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Every `hold` is answered by one `release`, also when it rejected. */
  hold(roomId: number): Promise<RoomRealtime> {
    const held = this.#held.get(roomId) ?? this.#open(roomId);
    held.holders++;
    return held.opening;
  }

  async release(roomId: number): Promise<void> {
    const held = this.#held.get(roomId);
    if (held === undefined) return;
    held.holders--;
    if (held.holders > 0) return;
    await held.opening.catch(() => {});
    if (held.holders > 0 || this.#held.get(roomId) !== held) return;
    this.#held.delete(roomId);
    await held.close();
  }

  async flush(): Promise<void> {
    for (const { opening } of this.#held.values()) (await opening.catch(() => null))?.stream.flush();
  }

  #open(roomId: number): Held {
    const stream = new RoomStream(roomId, this.store, this.layer, this.failed);
    const people = new RoomPresence(stream, this.presence);
    const close = async (): Promise<void> => {
      people.close();
      await stream.close();
    };
    const held = { opening: stream.open().then(() => ({ stream, people })), close, holders: 0 };
    this.#held.set(roomId, held);
    return held;
  }
}
