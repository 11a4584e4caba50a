/** The writing half of Users: every write goes to the queue. */
import type { Role, User } from '../store.ts';
import { endedSessions, expectDone, unexpectedOutcome, type WriteQueue } from './queue.ts';

export class QueuedUsers {
  constructor(private readonly queue: WriteQueue) {}

  create(user: { name: string; nameKey: string; passwordHash: string; role: Role }): Promise<User | 'taken'> {
    return this.queue.enqueue(['user.create', user.name, user.nameKey, user.passwordHash, user.role], (outcome) => {
      if (typeof outcome === 'object' && outcome.kind === 'taken') return 'taken';
      if (typeof outcome === 'object' && outcome.kind === 'user') return outcome.user;
      throw unexpectedOutcome(outcome);
    });
  }

  setPassword(id: number, passwordHash: string): Promise<void> {
    return this.queue.enqueue(['user.password', id, passwordHash], expectDone);
  }

  setRole(id: number, role: Role): Promise<void> {
    return this.queue.enqueue(['user.role', id, role], expectDone);
  }

  setDisabled(id: number, disabled: boolean): Promise<string[]> {
    return this.queue.enqueue(['user.disabled', id, disabled], endedSessions);
  }

  setSetupTokenHash(hash: string | null): Promise<void> {
    return this.queue.enqueue(['user.setupToken', hash], expectDone);
  }
}
