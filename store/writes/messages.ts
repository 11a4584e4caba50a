/** The writing half of Messages: every write goes to the queue. */
import type { Message, MessageEdit, NewMessage, WriteResult } from '../store.ts';
import type { WriteOutcome } from './commands.ts';
import { unexpectedOutcome, type WriteQueue } from './queue.ts';

export class QueuedMessages {
  constructor(private readonly queue: WriteQueue) {}

  post(message: NewMessage): Promise<WriteResult> {
    const { roomId, author, nonce, body } = message;
    return this.queue.enqueue(['post', roomId, author.id, nonce, body], (outcome, at) =>
      typeof outcome === 'number'
        ? { kind: 'applied', message: newMessageOf(message, outcome, at) }
        : writeResultOf(outcome),
    );
  }

  edit({ roomId, seq, by, body }: MessageEdit & { readonly body: string }): Promise<WriteResult> {
    return this.queue.enqueue(['edit', roomId, seq, by.id, body], writeResultOf);
  }

  delete({ roomId, seq, by }: MessageEdit): Promise<WriteResult> {
    return this.queue.enqueue(['delete', roomId, seq, by.id], writeResultOf);
  }
}

function newMessageOf({ roomId, author, nonce, body }: NewMessage, seq: number, at: number): Message {
  return {
    roomId,
    seq,
    changed: seq,
    authorId: author.id,
    author: author.name,
    nonce,
    body,
    createdAt: at,
    editedAt: null,
    deletedAt: null,
  };
}

function writeResultOf(outcome: WriteOutcome): WriteResult {
  if (typeof outcome === 'number') throw unexpectedOutcome(outcome);
  if (outcome.kind === 'applied' || outcome.kind === 'duplicate' || outcome.kind === 'refused') return outcome;
  throw unexpectedOutcome(outcome);
}
