import type { MessageState } from '../../protocol/frames.ts';
import { type ChangeFrame, isDeletion, lastChange } from './message-change.ts';

/**
 * One question for a part of the history: what came before a number or after it, around it, the last of all; or once
 * more what is shown already.
 */
export interface HistoryPage {
  readonly kind: 'earlier' | 'later' | 'around' | 'newest' | 'again';
  readonly seq: number;
  readonly limit: number;
  /** All changes up to here were known when it was asked for. */
  readonly known: number;
}

export interface PageAnswer {
  /** The page as it is now. */
  readonly messages: readonly MessageState[];
  /** What was said since it was asked for. */
  readonly since: readonly MessageState[];
}

/**
 * Pages are asked for by a road of their own, so a page may be older than a change that has been heard meanwhile: such
 * changes are kept until it is there, lest what was deleted comes back and what was said is missing.
 *
 * A page may be newer, too. A message in it that nobody has told of yet is left out: it is told of when its turn comes.
 * If it is deleted before, nobody ever tells, as a server believes that who never heard of a message does not have it.
 */
export class PageRequests {
  #asked: HistoryPage | null = null;
  readonly #heard = new Map<number, ChangeFrame>();

  get asked(): HistoryPage | null {
    return this.#asked;
  }

  /** Of another one that is on its way nobody wants to know any more. */
  ask(page: HistoryPage): HistoryPage {
    this.forget();
    this.#asked = page;
    return page;
  }

  changed(frame: ChangeFrame): void {
    if (this.#asked !== null) this.#heard.set(frame.seq, frame);
  }

  /** Null when nobody waits for it any more. */
  end(page: HistoryPage, messages: readonly MessageState[]): PageAnswer | null {
    if (page !== this.#asked) return null;
    const since = [...this.#heard.values()].filter(({ seq }) => seq > page.known);
    const answer = {
      messages: messages.filter(({ seq }) => seq <= page.known).flatMap((message) => this.#current(message)),
      since: since.flatMap((frame) => (isDeletion(frame) ? [] : [frame])).sort((a, b) => a.seq - b.seq),
    };
    this.forget();
    return answer;
  }

  forget(): void {
    this.#asked = null;
    this.#heard.clear();
  }

  #current(message: MessageState): MessageState[] {
    const heard = this.#heard.get(message.seq);
    if (heard === undefined) return [message];
    if (isDeletion(heard)) return [];
    return lastChange(heard) > lastChange(message) ? [heard] : [message];
  }
}
