import type { Message } from '../../store/store.ts';
import { encodeChanged, encodeNews } from './message-frame.ts';

/**
 * Rows of the store, told to somebody who is complete up to `from`. A row may be read twice, when it changed between two
 * reads: it is news once, a change after that; and what was deleted before it was told is not told at all.
 */
export class Retelling {
  readonly #told = new Set<number>();

  constructor(private readonly from: number) {}

  /** `position`: what the listener is complete up to with this frame. Null: nothing to tell. */
  frame(row: Message, position = row.changed): string | null {
    if (row.seq <= this.from || this.#told.has(row.seq)) return encodeChanged(row, position);
    if (row.deletedAt !== null) return null;
    this.#told.add(row.seq);
    return encodeNews(row, position);
  }
}
