interface RowItem<Row> {
  readonly kind: 'row';
  readonly row: Row;
  readonly user: string;
  readonly at: number;
}

interface LineItem<Line> {
  readonly kind: 'line';
  readonly line: Line;
  readonly at: number;
}

/** An entry of the message list: a message, or a join or leave line. */
export type LayoutItem<Row, Line> = RowItem<Row> | LineItem<Line>;

/** A part of the list as it is shown. */
export type Block<Row, Line> =
  | { readonly kind: 'day'; readonly at: number }
  | { readonly kind: 'divider' }
  /** The first row of a group shows its author. */
  | { readonly kind: 'row'; readonly row: Row; readonly startsGroup: boolean }
  | { readonly kind: 'lines'; readonly lines: readonly [Line, ...Line[]] };

/** Messages of one author that follow each other within this time form a group. */
const GROUP_MS = 5 * 60_000;

/**
 * The divider stands above the first row that is unread. Each day has one heading, although the times come from two
 * clocks: rows have the server's time, join and leave lines the browser's.
 */
export function layOut<Row, Line>(
  items: Iterable<LayoutItem<Row, Line>>,
  isUnread: (row: Row) => boolean,
): readonly Block<Row, Line>[] {
  const layout = new ListLayout<Row, Line>(isUnread);
  for (const item of items) layout.add(item);
  layout.finish();
  return layout.blocks;
}

class ListLayout<Row, Line> {
  readonly blocks: Block<Row, Line>[] = [];
  /** Lines before the next row, which limits the day that they can begin. */
  #lines: LineItem<Line>[] = [];
  /** The start of the day under whose heading the next block stands. */
  #day: number | null = null;
  #hasDivider = false;
  /** The message before: the next one may belong to its group. */
  #group: { readonly user: string; readonly at: number } | null = null;

  constructor(private readonly isUnread: (row: Row) => boolean) {}

  add(item: LayoutItem<Row, Line>): void {
    if (item.kind === 'line') this.#lines.push(item);
    else this.#addRow(item);
  }

  finish(): void {
    this.#addLines(Number.POSITIVE_INFINITY);
  }

  #addRow({ row, user, at }: RowItem<Row>): void {
    this.#addLines(at);
    this.#enterDay(at);
    if (!this.#hasDivider && this.isUnread(row)) this.#addDivider();
    const startsGroup = this.#group?.user !== user || Math.abs(at - this.#group.at) > GROUP_MS;
    this.blocks.push({ kind: 'row', row, startsGroup });
    this.#group = { user, at };
  }

  #addLines(latest: number): void {
    for (const { line, at } of this.#lines.splice(0)) this.#addLine(line, Math.min(at, latest));
  }

  /** The newest line of a run stays on its own: it is news. Before the first message no day is shown. */
  #addLine(line: Line, at: number): void {
    if (this.#day !== null) this.#enterDay(at);
    this.#group = null;
    const [earlier, newest] = this.blocks.slice(-2);
    if (earlier?.kind === 'lines' && newest?.kind === 'lines') {
      this.blocks.splice(-2, 2, { kind: 'lines', lines: [...earlier.lines, ...newest.lines] });
    }
    this.blocks.push({ kind: 'lines', lines: [line] });
  }

  #enterDay(at: number): void {
    const day = new Date(at).setHours(0, 0, 0, 0);
    if (this.#day !== null && day <= this.#day) return;
    this.#day = day;
    this.#group = null;
    this.blocks.push({ kind: 'day', at });
  }

  #addDivider(): void {
    this.#hasDivider = true;
    this.#group = null;
    this.blocks.push({ kind: 'divider' });
  }
}
