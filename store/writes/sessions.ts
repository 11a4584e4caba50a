/** The writing half of Sessions: every write goes to the queue. */
import type { NewSession } from '../store.ts';
import { endedSessions, expectDone, type WriteQueue } from './queue.ts';

export class QueuedSessions {
  constructor(private readonly queue: WriteQueue) {}

  create({ tokenHash, userId, expiresAt, device }: NewSession): Promise<void> {
    return this.queue.enqueue(['session.create', tokenHash, userId, expiresAt, device], expectDone);
  }

  touch(tokenHash: string, expiresAt: number): Promise<void> {
    return this.queue.enqueue(['session.touch', tokenHash, expiresAt], expectDone);
  }

  end(tokenHash: string): Promise<void> {
    return this.queue.enqueue(['session.end', tokenHash], expectDone);
  }

  endOthers(userId: number, keep: string | null): Promise<string[]> {
    return this.queue.enqueue(['session.endOthers', userId, keep], endedSessions);
  }
}
