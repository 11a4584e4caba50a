/** The writing half of Rooms: every write goes to the queue. */
import type { Room } from '../store.ts';
import type { WriteOutcome } from './commands.ts';
import { unexpectedOutcome, type WriteQueue } from './queue.ts';

export class QueuedRooms {
  constructor(private readonly queue: WriteQueue) {}

  create(room: { slug: string; name: string; topic: string; createdBy: number | null }): Promise<Room | 'taken'> {
    return this.queue.enqueue(['room.create', room.slug, room.name, room.topic, room.createdBy], (outcome) => {
      if (typeof outcome === 'object' && outcome.kind === 'taken') return 'taken';
      const made = roomOf(outcome);
      if (made === null) throw unexpectedOutcome(outcome);
      return made;
    });
  }

  update(id: number, change: { name?: string; topic?: string }): Promise<Room | null> {
    return this.queue.enqueue(['room.update', id, change.name ?? null, change.topic ?? null], roomOf);
  }

  markRead(roomId: number, userId: number, seq: number): Promise<number> {
    return this.queue.enqueue(['room.markRead', roomId, userId, seq], (outcome) => {
      if (typeof outcome === 'object' && outcome.kind === 'read') return outcome.seq;
      throw unexpectedOutcome(outcome);
    });
  }
}

function roomOf(outcome: WriteOutcome): Room | null {
  if (typeof outcome === 'object' && outcome.kind === 'room') return outcome.room;
  throw unexpectedOutcome(outcome);
}
