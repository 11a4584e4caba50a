import $ from 'jquery';
import { messages } from '../locale/en.ts';

/** A user joined or left the room. */
export interface JoinLeaveLine {
  readonly kind: 'joined' | 'left';
  readonly user: string;
  readonly at: number;
  /** The number of the last message before it. */
  readonly after: number;
  readonly node: JQuery;
}

/** The oldest lines beyond this number are removed. */
const LINES_MOST = 100;

/** Join and leave lines. The server sends them to the users who are present, and stores none. */
export class JoinLeaveLines {
  #lines: JoinLeaveLine[] = [];
  /** Lines that are summed up in one sentence, by the first of them. */
  readonly #summaries = new Map<JoinLeaveLine, LineSummary>();

  get all(): readonly JoinLeaveLine[] {
    return this.#lines;
  }

  add(kind: JoinLeaveLine['kind'], user: string, after: number): void {
    const text = kind === 'joined' ? messages.joined(user) : messages.left(user);
    const node = $('<p>', { class: 'system', dir: 'auto' }).text(text);
    this.#lines.push({ kind, user, at: Date.now(), after, node });
    if (this.#lines.length > LINES_MOST) this.#removeLines(this.#lines.slice(0, -LINES_MOST));
  }

  clear(): void {
    this.#removeLines(this.#lines);
  }

  /** Removes the lines that do not lie between the messages of this range. */
  retainBetween(from: number, to: number): void {
    const outside = this.#lines.filter(({ after }) => after + 1 < from || after > to);
    if (outside.length > 0) this.#removeLines(outside);
  }

  /** The node of a single line, or the summary of several. */
  nodeFor(lines: readonly [JoinLeaveLine, ...JoinLeaveLine[]]): HTMLElement | undefined {
    const [first] = lines;
    if (lines.length === 1) {
      this.#summaries.delete(first);
      return first.node[0];
    }
    const summary = this.#summaries.get(first) ?? new LineSummary();
    this.#summaries.set(first, summary);
    summary.showLines(lines);
    return summary.node[0];
  }

  #removeLines(removed: readonly JoinLeaveLine[]): void {
    const set = new Set(removed);
    this.#lines = this.#lines.filter((line) => !set.has(line));
    for (const line of removed) {
      line.node.remove();
      this.#summaries.delete(line);
    }
  }
}

/** One sentence with the counts; opened, it lists the lines. */
class LineSummary {
  readonly node = $('<details>', { class: 'gathered' });
  readonly #sentence = $('<summary>', { dir: 'auto' }).appendTo(this.node);
  #last: JoinLeaveLine | undefined;

  /** Later calls only append lines: the first one never changes. */
  showLines(lines: readonly JoinLeaveLine[]): void {
    const last = lines.at(-1);
    if (last === this.#last) return;
    this.#last = last;
    const count = (kind: JoinLeaveLine['kind']): number =>
      new Set(lines.filter((line) => line.kind === kind).map(({ user }) => user)).size;
    this.#sentence.text(messages.joinedAndLeft(count('joined'), count('left')));
    this.node.append(lines.map(({ node }) => node));
  }
}
