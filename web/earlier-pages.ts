import type { MessageState, ServerFrame } from '../protocol/frames.ts';

/** One question for what came before. */
export interface EarlierPage {
  readonly before: number;
}

export type ChangeFrame = Extract<ServerFrame, { type: 'chat_message' | 'message_changed' }>;

/**
 * Pages of what came before are asked by a road of their own, so a page may be older than a change that has been heard
 * meanwhile: such changes are kept until it is there, lest what was deleted comes back.
 */
export class EarlierPages {
  #asked: EarlierPage | null = null;
  readonly #heard = new Map<number, ChangeFrame>();

  ask(before: number): EarlierPage | null {
    if (this.#asked !== null) return null;
    this.#asked = { before };
    return this.#asked;
  }

  changed(frame: ChangeFrame): void {
    if (this.#asked !== null) this.#heard.set(frame.seq, frame);
  }

  /** The page as it is now; null when nobody waits for it any more. */
  end(page: EarlierPage, messages: readonly MessageState[]): MessageState[] | null {
    if (page !== this.#asked) return null;
    const current = messages.flatMap((message) => this.#current(message));
    this.forget();
    return current;
  }

  forget(): void {
    this.#asked = null;
    this.#heard.clear();
  }

  #current(message: MessageState): MessageState[] {
    const heard = this.#heard.get(message.seq);
    if (heard === undefined) return [message];
    if ('deleted' in heard) return [];
    return lastChange(heard) > lastChange(message) ? [heard] : [message];
  }
}

/** The number of a message's last change. */
export function lastChange({ seq, changed }: Pick<MessageState, 'seq' | 'changed'>): number {
  return changed ?? seq;
}
