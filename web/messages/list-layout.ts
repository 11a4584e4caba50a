/** Something that stands in the list of messages: a message, or a line about somebody who came or went. */
export type LayoutItem<Row, Line> =
  | { readonly kind: 'row'; readonly row: Row; readonly user: string; readonly at: number }
  | { readonly kind: 'line'; readonly line: Line; readonly at: number };

/** A piece of the list as it is shown. */
export type Block<Row, Line> =
  /** Here another day begins. */
  | { readonly kind: 'day'; readonly at: number }
  /** What follows is new. */
  | { readonly kind: 'new' }
  /** `opens`: it begins a group of messages, and says whose they are. */
  | { readonly kind: 'row'; readonly row: Row; readonly opens: boolean }
  | { readonly kind: 'lines'; readonly lines: readonly [Line, ...Line[]] };

/** Messages of one author that follow within this time belong together. */
const GROUP_MS = 5 * 60_000;

/** `isNew`: the line of what is new stands above the first of these. */
export function arrange<Row, Line>(
  items: Iterable<LayoutItem<Row, Line>>,
  isNew: (row: Row) => boolean,
): readonly Block<Row, Line>[] {
  const arranging = new ListLayout<Row, Line>(isNew);
  for (const item of items) arranging.add(item);
  return arranging.pieces;
}

class ListLayout<Row, Line> {
  readonly pieces: Block<Row, Line>[] = [];
  #day: string | null = null;
  #newIsShown = false;
  /** The message before, in whose group another one may stand. */
  #group: { readonly user: string; readonly at: number } | null = null;

  constructor(private readonly isNew: (row: Row) => boolean) {}

  add(item: LayoutItem<Row, Line>): void {
    if (item.kind === 'row') this.#addRow(item);
    else this.#addLine(item);
  }

  #addRow({ row, user, at }: Extract<LayoutItem<Row, Line>, { kind: 'row' }>): void {
    this.#enterDay(at);
    if (!this.#newIsShown && this.isNew(row)) this.#showNew();
    const opens = this.#group?.user !== user || Math.abs(at - this.#group.at) > GROUP_MS;
    this.pieces.push({ kind: 'row', row, opens });
    this.#group = { user, at };
  }

  /** The newest of a run stands for itself: it is news. Where nobody has written, nobody asks for the day. */
  #addLine({ line, at }: Extract<LayoutItem<Row, Line>, { kind: 'line' }>): void {
    if (this.#day !== null) this.#enterDay(at);
    this.#group = null;
    const [earlier, newest] = this.pieces.slice(-2);
    if (earlier?.kind === 'lines' && newest?.kind === 'lines') {
      this.pieces.splice(-2, 2, { kind: 'lines', lines: [...earlier.lines, ...newest.lines] });
    }
    this.pieces.push({ kind: 'lines', lines: [line] });
  }

  #enterDay(at: number): void {
    const day = new Date(at).toDateString();
    if (day === this.#day) return;
    this.#day = day;
    this.#group = null;
    this.pieces.push({ kind: 'day', at });
  }

  #showNew(): void {
    this.#newIsShown = true;
    this.#group = null;
    this.pieces.push({ kind: 'new' });
  }
}
