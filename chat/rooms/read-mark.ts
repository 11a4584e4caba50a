import type { Room } from '../../store/store.ts';
import type { ChatRooms } from './chat-rooms.ts';
import { personGroup } from './room-group.ts';

/** How far a person has read in a room. One write at a time; of what arrives meanwhile only the furthest counts. */
export class ReadMark {
  #wanted = 0;
  #moved = 0;
  #moving = false;

  constructor(
    private readonly rooms: ChatRooms,
    private readonly room: Room,
    private readonly userId: number,
  ) {}

  /** `from`: the channel of the socket that read; the person's other sockets are told. */
  move(seq: number, from: string): void {
    this.#wanted = Math.max(this.#wanted, seq);
    if (!this.#moving) this.#run(from).catch(this.rooms.failed);
  }

  async #run(from: string): Promise<void> {
    this.#moving = true;
    try {
      while (this.#wanted > this.#moved) await this.#write(from);
    } finally {
      this.#moving = false;
    }
  }

  async #write(from: string): Promise<void> {
    this.#moved = this.#wanted;
    const seq = await this.rooms.store.rooms.markRead(this.room.id, this.userId, this.#moved);
    await this.rooms.layer.groupSend(personGroup(this.userId), { type: 'read.moved', room: this.room.slug, seq, from });
  }
}
