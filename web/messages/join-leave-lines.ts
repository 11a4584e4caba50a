import $ from 'jquery';
import { messages } from '../locale/en.ts';

/** Somebody came or went. */
export interface JoinLeaveLine {
  readonly kind: 'joined' | 'left';
  readonly user: string;
  readonly at: number;
  /** The number of the last message that had been said. */
  readonly after: number;
  readonly node: JQuery;
}

/** More of them than this nobody reads. */
const LINES_MOST = 100;

/** Lines about who came and went: they are told to whoever is there, and kept nowhere. */
export class JoinLeaveLines {
  #lines: JoinLeaveLine[] = [];
  /** Lines that stand together behind one sentence, by the first of them. */
  readonly #gathered = new Map<JoinLeaveLine, Gathered>();

  get all(): readonly JoinLeaveLine[] {
    return this.#lines;
  }

  say(kind: JoinLeaveLine['kind'], user: string, after: number): void {
    const text = kind === 'joined' ? messages.joined(user) : messages.left(user);
    const node = $('<p>', { class: 'system', dir: 'auto' }).text(text);
    this.#lines.push({ kind, user, at: Date.now(), after, node });
    if (this.#lines.length > LINES_MOST) this.#drop(this.#lines.slice(0, -LINES_MOST));
  }

  clear(): void {
    this.#drop(this.#lines);
  }

  /** What is beside the messages that are shown goes with them. */
  keepBetween(from: number, to: number): void {
    const gone = this.#lines.filter(({ after }) => after + 1 < from || after > to);
    if (gone.length > 0) this.#drop(gone);
  }

  /** The one node in which these lines stand, one alone or several together. */
  together(lines: readonly [JoinLeaveLine, ...JoinLeaveLine[]]): HTMLElement | undefined {
    const [first] = lines;
    if (lines.length === 1) {
      this.#gathered.delete(first);
      return first.node[0];
    }
    const gathered = this.#gathered.get(first) ?? new Gathered();
    this.#gathered.set(first, gathered);
    gathered.show(lines);
    return gathered.node[0];
  }

  #drop(gone: readonly JoinLeaveLine[]): void {
    const those = new Set(gone);
    this.#lines = this.#lines.filter((line) => !those.has(line));
    for (const line of gone) {
      line.node.remove();
      this.#gathered.delete(line);
    }
  }
}

/** One sentence, behind which everybody can be read who is meant. */
class Gathered {
  readonly node = $('<details>', { class: 'gathered' });
  readonly #sentence = $('<summary>', { dir: 'auto' }).appendTo(this.node);
  #last: JoinLeaveLine | undefined;

  /** They follow each other, and the first is always the same. */
  show(lines: readonly JoinLeaveLine[]): void {
    const last = lines.at(-1);
    if (last === this.#last) return;
    this.#last = last;
    const count = (kind: JoinLeaveLine['kind']): number =>
      new Set(lines.filter((line) => line.kind === kind).map(({ user }) => user)).size;
    this.#sentence.text(messages.cameAndWent(count('joined'), count('left')));
    this.node.append(lines.map(({ node }) => node));
  }
}
