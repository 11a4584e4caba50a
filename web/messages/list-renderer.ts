import $ from 'jquery';
import { messages } from '../locale/en.ts';
import { type JoinLeaveLine, JoinLeaveLines } from './join-leave-lines.ts';
import { type Block, type LayoutItem, layOut } from './list-layout.ts';
import type { MessageRow } from './message-row.ts';

export type ListItem = LayoutItem<MessageRow, JoinLeaveLine>;

export interface UnreadRows {
  /** The divider stands above it; null: there is no divider. */
  readonly first: MessageRow | null;
  /** Null: there are more than are shown. */
  readonly count: number | null;
}

/** Puts the list into the document: rows in groups, days, the unread divider. A node in its right place is not touched. */
export class ListRenderer {
  readonly joinLeaveLines = new JoinLeaveLines();
  readonly #box = $('#lines');
  readonly #days = new Map<string, HTMLElement>();
  readonly #divider = separator('new-line');

  constructor() {
    this.#box.find('> :not([id])').remove();
  }

  get divider(): Element | null {
    return this.#divider.isConnected ? this.#divider : null;
  }

  draw(items: Iterable<ListItem>, unread: UnreadRows): void {
    const blocks = layOut(items, (row) => row === unread.first);
    writeText(this.#divider, messages.unreadDivider(unread.count));
    this.#placeNodes(blocks.flatMap((block) => this.#nodeOf(block) ?? []));
  }

  #nodeOf(block: Block<MessageRow, JoinLeaveLine>): HTMLElement | undefined {
    switch (block.kind) {
      case 'day':
        return this.#dayHeading(block.at);
      case 'divider':
        return this.#divider;
      case 'row':
        block.row.setStartsGroup(block.startsGroup);
        return block.row.element;
      case 'lines':
        return this.joinLeaveLines.nodeFor(block.lines);
      default:
        return block satisfies never;
    }
  }

  #dayHeading(at: number): HTMLElement {
    const day = new Date(at).toDateString();
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const heading = separator('day');
    heading.dataset.at = String(at);
    writeDay(heading);
    this.#days.set(day, heading);
    return heading;
  }

  /** In this order, after the elements of the page's template; any other node is removed. */
  #placeNodes(nodes: readonly HTMLElement[]): void {
    const [box] = this.#box;
    if (box === undefined) return;
    const lastOfTemplate = [...box.children].findLast((node) => node.id !== '' && !node.matches('.message'));
    let next = lastOfTemplate === undefined ? box.firstElementChild : lastOfTemplate.nextElementSibling;
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

/** At midnight: "today" becomes "yesterday". */
export function rewriteDays(): void {
  for (const heading of $('#lines > .day')) writeDay(heading);
}

function writeDay(heading: HTMLElement): void {
  writeText(heading, messages.day(new Date(Number(heading.dataset.at)), new Date()));
}

function writeText(separator: HTMLElement, text: string): void {
  const [span] = $(separator).find('span');
  if (span !== undefined && span.textContent !== text) span.textContent = text;
}

function separator(className: string): HTMLElement {
  const element = document.createElement('p');
  element.className = className;
  element.append(document.createElement('span'));
  return element;
}
