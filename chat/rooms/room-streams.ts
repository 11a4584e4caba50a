import type { ChannelLayer } from '../../channels/layer.ts';
import type { Store } from '../../store/store.ts';
import { RoomStream } from './room-stream.ts';

interface Held {
  readonly opening: Promise<RoomStream>;
  holders: number;
}

/** The streams of the rooms that somebody is in, one a room and process. */
export class RoomStreams {
  readonly #held = new Map<number, Held>();

  constructor(
    private readonly store: Store,
    private readonly layer: ChannelLayer,
    private readonly failed: (error: unknown) => void,
    private readonly opened: (stream: RoomStream) => () => void,
  ) {}

  readonly #closers = new Map<number, () => void>();

  /** Every `hold` is answered by one `release`, also when it rejected. */
  hold(roomId: number): Promise<RoomStream> {
    const held = this.#held.get(roomId) ?? this.#open(roomId);
    held.holders++;
    return held.opening;
  }

  async release(roomId: number): Promise<void> {
    const held = this.#held.get(roomId);
    if (held === undefined) return;
    held.holders--;
    if (held.holders > 0) return;
    const stream = await held.opening.catch(() => null);
    if (held.holders > 0 || this.#held.get(roomId) !== held) return;
    this.#held.delete(roomId);
    this.#closers.get(roomId)?.();
    this.#closers.delete(roomId);
    await stream?.close();
  }

  async flush(): Promise<void> {
    for (const { opening } of this.#held.values()) (await opening.catch(() => null))?.flush();
  }

  #open(roomId: number): Held {
    const stream = new RoomStream(roomId, this.store, this.layer, this.failed);
    this.#closers.set(roomId, this.opened(stream));
    const held = { opening: stream.open(), holders: 0 };
    this.#held.set(roomId, held);
    return held;
  }
}
