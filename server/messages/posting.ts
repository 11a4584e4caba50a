import type { ChannelLayer } from '../../channels/layer/layer.ts';
import type { RateLimiter } from '../../channels/middleware/rate-limit.ts';
import { Refusal } from '../../protocol/refusals.ts';
import {
  type Author,
  isDrillRoom,
  type Message,
  type MessageEdit,
  type Store,
  type WriteResult,
} from '../../store/store.ts';
import { messageChangedEvent, roomGroup } from '../layer-events.ts';

const STOPPING_RETRY_MS = 1_000;

/** Every change of a room begins here, through whichever door it came: the store first, then the room's group. */
export class Posting {
  #pending = 0;
  #stopping = false;
  #whenIdle: (() => void) | null = null;

  constructor(
    private readonly store: Store,
    private readonly layer: ChannelLayer,
    /** Of a person, over all their sockets and both doors. */
    private readonly rate: RateLimiter<number>,
    private readonly onWritten: (message: Message) => void,
  ) {}

  /** Refused with a thrown Refusal at the door, or later, by the store, in what is answered. */
  post(author: Author, roomId: number, body: string, nonce: string | null): Promise<WriteResult> {
    this.#admit(author.id, nonce);
    return this.#broadcastWhenWritten(this.store.messages.post({ roomId, author, nonce, body }));
  }

  edit(revision: MessageEdit, body: string, nonce: string | null): Promise<WriteResult> {
    this.#admit(revision.by.id, nonce);
    return this.#broadcastWhenWritten(this.store.messages.edit({ ...revision, body }));
  }

  delete(revision: MessageEdit, nonce: string | null): Promise<WriteResult> {
    this.#admit(revision.by.id, nonce);
    return this.#broadcastWhenWritten(this.store.messages.delete(revision));
  }

  /** From now on everything is refused as `busy`; resolves when what was taken is stored and told. */
  stop(): Promise<void> {
    this.#stopping = true;
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle = resolve;
    });
  }

  #admit(userId: number, nonce: string | null): void {
    if (this.#stopping) throw new Refusal('busy', STOPPING_RETRY_MS, nonce ?? undefined);
    // A drill sends the same again and again on purpose, and keeps to a pace of its own.
    const waitMs = isDrillRoom(userId) ? 0 : this.rate.take(userId);
    if (waitMs > 0) throw new Refusal('rate_limited', waitMs, nonce ?? undefined);
  }

  async #broadcastWhenWritten(writing: Promise<WriteResult>): Promise<WriteResult> {
    this.#pending++;
    try {
      const written = await writing;
      if (written.kind === 'applied') this.#broadcast(written.message);
      return written;
    } finally {
      this.#pending--;
      if (this.#pending === 0) this.#whenIdle?.();
    }
  }

  #broadcast(message: Message): void {
    void this.layer.groupSend(roomGroup(message.roomId), messageChangedEvent(message));
    this.onWritten(message);
  }
}
