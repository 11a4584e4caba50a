/** What can be read in the list: the text of a message, or a line about somebody. */
const READ = '.message > .body, .system, .gathered > summary';

interface Line {
  readonly element: Element;
  /** From the window's top: whatever opens or closes around the box, this is what the reader sees. */
  readonly top: number;
}

/**
 * Which lines are before a reader's eyes, and where. The first whole one is held to, and if it is taken away, the next:
 * a text, not its row, because a row may come to say, or no longer say, whose it is.
 */
export class VisibleRows {
  #lines: readonly Line[] = [];

  remember(box: Element): void {
    const { top, bottom } = box.getBoundingClientRect();
    const lines = measured(box, bottom);
    const first = lines.findIndex((line) => line.top >= top);
    // Where one text fills the box, its beginning is held to.
    this.#lines = first < 0 ? lines.slice(-1) : [...lines.slice(first), ...lines.slice(0, first).reverse()];
  }

  forget(): void {
    this.#lines = [];
  }

  /** By how much it has moved down; null when nothing of it is left. */
  moved(): number | null {
    const line = this.#lines.find(({ element }) => element.isConnected && element.getClientRects().length > 0);
    return line === undefined ? null : line.element.getBoundingClientRect().top - line.top;
  }
}

/** From the last one that begins above the box to the last one that begins in it. */
function measured(box: Element, bottom: number): Line[] {
  const { top } = box.getBoundingClientRect();
  const found: Line[] = [];
  for (const element of box.querySelectorAll(READ)) {
    const rect = element.getBoundingClientRect();
    if (rect.bottom <= top || rect.height === 0) continue;
    if (rect.top >= bottom) break;
    found.push({ element, top: rect.top });
  }
  return found;
}
