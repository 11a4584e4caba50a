import $ from 'jquery';
import { messages } from '../locale/en.ts';
import { type JoinLeaveLine, JoinLeaveLines } from './join-leave-lines.ts';
import { arrange, type Block, type LayoutItem } from './list-layout.ts';
import type { MessageRow } from './message-row.ts';

export type ListItem = LayoutItem<MessageRow, JoinLeaveLine>;

/** What is marked as new. */
export interface NewRows {
  has(row: MessageRow): boolean;
  /** Null: there are more than are shown. */
  readonly count: number | null;
}

/** How the list looks: groups, days, what is new. A node that stands where it belongs is not touched. */
export class ListRenderer {
  readonly lines = new JoinLeaveLines();
  readonly #box = $('#lines');
  readonly #days = new Map<string, HTMLElement>();
  readonly #newLine = separator('new-line');

  constructor() {
    this.#box.find('> :not([id])').remove();
  }

  get newLine(): Element | null {
    return this.#newLine.isConnected ? this.#newLine : null;
  }

  draw(items: Iterable<ListItem>, isNew: NewRows): void {
    const pieces = arrange(items, (row) => isNew.has(row));
    write(this.#newLine, messages.newLine(isNew.count));
    const nodes = pieces.flatMap((piece) => this.#nodeOf(piece) ?? []);
    this.#stand(nodes);
  }

  #nodeOf(piece: Block<MessageRow, JoinLeaveLine>): HTMLElement | undefined {
    switch (piece.kind) {
      case 'day':
        return this.#dayAt(piece.at);
      case 'new':
        return this.#newLine;
      case 'row':
        piece.row.stands(piece.opens ? 'first' : 'among others');
        return piece.row.element;
      case 'lines':
        return this.lines.together(piece.lines);
      default:
        return piece satisfies never;
    }
  }

  #dayAt(at: number): HTMLElement {
    const day = new Date(at).toDateString();
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const line = separator('day');
    line.dataset.at = String(at);
    writeDay(line);
    this.#days.set(day, line);
    return line;
  }

  /** In this order, behind what the page itself put there; whatever else stands there goes. */
  #stand(nodes: readonly HTMLElement[]): void {
    const [box] = this.#box;
    if (box === undefined) return;
    const own = [...box.children].findLast((node) => node.id !== '' && !node.matches('.message'));
    let next = own === undefined ? box.firstElementChild : own.nextElementSibling;
    for (const node of nodes) {
      if (node === next) next = next.nextElementSibling;
      else box.insertBefore(node, next);
    }
    while (next !== null) {
      const rest = next.nextElementSibling;
      next.remove();
      next = rest;
    }
  }
}

/** Today is tomorrow's yesterday. */
export function rewriteDays(): void {
  for (const line of $('#lines > .day')) writeDay(line);
}

function writeDay(line: HTMLElement): void {
  write(line, messages.day(new Date(Number(line.dataset.at)), new Date()));
}

function write(line: HTMLElement, text: string): void {
  const [inside] = $(line).find('span');
  if (inside !== undefined && inside.textContent !== text) inside.textContent = text;
}

function separator(kind: string): HTMLElement {
  const line = document.createElement('p');
  line.className = kind;
  line.append(document.createElement('span'));
  return line;
}
