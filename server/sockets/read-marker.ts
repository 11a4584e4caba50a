import { encodeFrame } from '../../protocol/frames.ts';
import { Refusal } from '../../protocol/refusals.ts';
import type { Room } from '../../store/store.ts';
import type { ChatServices } from '../chat-services.ts';
import { type ReadMoved, readMovedEvent, userGroup } from '../layer-events.ts';

/** For the user's other sockets. */
export function encodeReadMoved({ room, seq }: ReadMoved): string {
  return encodeFrame({ type: 'read', room, seq });
}

/** The parts of the chat's services that a read marker uses. */
export type ReadMarkerServices = Pick<ChatServices, 'layer' | 'onError' | 'store'>;

/** Stores how far a user has read in a room. One write at a time; of the positions that arrive meanwhile only the furthest is written. */
export class ReadMarker {
  /** Starts below 0, the mark of an empty room. */
  #wanted = -1;
  #written = -1;
  #broadcast = 0;
  #writing = false;

  constructor(
    private readonly services: ReadMarkerServices,
    private readonly room: Room,
    private readonly userId: number,
  ) {}

  /** `from`: the channel of the socket that read; the user's other sockets receive the new position. */
  move(seq: number, from: string): void {
    if (seq <= this.#wanted) return;
    this.#wanted = seq;
    if (!this.#writing) this.#run(from).catch(this.services.onError);
  }

  async #run(from: string): Promise<void> {
    this.#writing = true;
    try {
      while (this.#wanted > this.#written) await this.#write(from);
    } catch (error) {
      // The store cannot write it now: the page sends its position again after reading on.
      if (!(error instanceof Refusal)) throw error;
      this.#wanted = this.#written;
    } finally {
      this.#writing = false;
    }
  }

  async #write(from: string): Promise<void> {
    const wanted = this.#wanted;
    const seq = await this.services.store.rooms.markRead(this.room.id, this.userId, wanted);
    this.#written = wanted;
    if (seq <= this.#broadcast) return;
    this.#broadcast = seq;
    await this.services.layer.groupSend(userGroup(this.userId), readMovedEvent({ room: this.room.slug, seq, from }));
  }
}
