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

/** The one write path for posts, edits and deletes, from HTTP and WebSocket: store first, then broadcast. */
export class Posting {
  #pending = 0;
  #stopping = false;
  #whenIdle: (() => void) | null = null;

  constructor(
    private readonly store: Store,
    private readonly layer: ChannelLayer,
    /** Of a user, over all sockets and HTTP. */
    private readonly rate: RateLimiter<number>,
    private readonly onWritten: (message: Message) => void,
  ) {}

  /** Throws a Refusal for what is refused before the store; what the store refuses is in the result. */
  post(author: Author, roomId: number, body: string, nonce: string | null): Promise<WriteResult> {
    this.#admit(author.id, nonce);
    return this.#broadcastWhenWritten(this.store.messages.post({ roomId, author, nonce, body }));
  }

  edit(edit: MessageEdit, body: string, nonce: string | null): Promise<WriteResult> {
    this.#admit(edit.by.id, nonce);
    return this.#broadcastWhenWritten(this.store.messages.edit({ ...edit, body }));
  }

  delete(edit: MessageEdit, nonce: string | null): Promise<WriteResult> {
    this.#admit(edit.by.id, nonce);
    return this.#broadcastWhenWritten(this.store.messages.delete(edit));
  }

  /** Refuses further writes as `busy`; resolves when those accepted are stored and broadcast. */
  stop(): Promise<void> {
    this.#stopping = true;
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle = resolve;
    });
  }

  #admit(userId: number, nonce: string | null): void {
    if (this.#stopping) throw new Refusal('busy', STOPPING_RETRY_MS, nonce ?? undefined);
    // A drill sends duplicates on purpose, and has a rate of its own.
    const waitMs = isDrillRoom(userId) ? 0 : this.rate.take(userId);
    if (waitMs > 0) throw new Refusal('rate_limited', waitMs, nonce ?? undefined);
  }

  async #broadcastWhenWritten(writing: Promise<WriteResult>): Promise<WriteResult> {
    this.#pending++;
    try {
      const result = await writing;
      if (result.kind === 'applied') this.#broadcast(result.message);
      return result;
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
