/** The writing half of Users: every write goes to the queue. */
import type { NewUser, Role, User } from '../store.ts';
import type { WriteOutcome } from './commands.ts';
import { endedSessions, expectDone, unexpectedOutcome, type WriteQueue } from './queue.ts';

export class QueuedUsers {
  constructor(private readonly queue: WriteQueue) {}

  create({ name, nameKey, passwordHash, role }: NewUser): Promise<User | 'taken'> {
    return this.queue.enqueue(['user.create', name, nameKey, passwordHash, role], createdUser);
  }

  createWithSetupToken(user: NewUser, tokenHash: string): Promise<User | 'taken' | 'invalid_token'> {
    const { name, nameKey, passwordHash, role } = user;
    return this.queue.enqueue(['user.create', name, nameKey, passwordHash, role, tokenHash], (outcome) =>
      typeof outcome === 'object' && outcome.kind === 'invalid_token' ? 'invalid_token' : createdUser(outcome),
    );
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

function createdUser(outcome: WriteOutcome): User | 'taken' {
  if (typeof outcome === 'object' && outcome.kind === 'taken') return 'taken';
  if (typeof outcome === 'object' && outcome.kind === 'user') return outcome.user;
  throw unexpectedOutcome(outcome);
}
