import $ from 'jquery';
import type { MessageList } from './message-list.ts';
import type { MessageRow } from './message-row.ts';

/**
 * Copies messages as they were written, with their marks: a paragraph each, with time and author once a group. A part of
 * one message is copied as the browser does it.
 */
export class MessageCopy {
  constructor(private readonly list: MessageList) {
    $(document).on('copy.messages', (event) => this.#onCopy(event));
  }

  close(): void {
    $(document).off('.messages');
  }

  #onCopy(event: JQuery.TriggeredEvent): void {
    const { originalEvent, target } = event;
    const selection = getSelection();
    if (!(originalEvent instanceof ClipboardEvent) || $(target).is('textarea, input')) return;
    if (selection === null || selection.rangeCount === 0) return;
    const paragraphs = this.#paragraphsIn(selection.getRangeAt(0));
    if (paragraphs.length === 0) return;
    event.preventDefault();
    originalEvent.clipboardData?.setData('text/plain', paragraphs.join('\n\n'));
    originalEvent.clipboardData?.setData('text/html', paragraphs.map(htmlOf).join(''));
  }

  /** None: the browser copies the selection. */
  #paragraphsIn(range: Range): string[] {
    const rows = this.list.rows.filter((row) => textIn(range, row.textElement) !== '');
    const [first, second] = rows;
    if (first !== undefined && second === undefined) return paragraphOfOne(range, first);
    return rows.map((row) => paragraphOf(row, row === first || row.startsGroup));
  }
}

function paragraphOfOne(range: Range, row: MessageRow): string[] {
  const { commonAncestorContainer: ancestor } = range;
  const around = ancestor instanceof Element ? ancestor : ancestor.parentElement;
  const isWhole = textIn(range, row.textElement) === row.textElement.textContent.trim();
  // Within one mark, in a block of code for instance, the selection is the text without the mark.
  if (!isWhole || around?.contains(row.textElement) !== true) return [];
  return [paragraphOf(row, row.startsGroup && textIn(range, row.byline) !== '')];
}

/** A block of code and a quote begin on a line of their own, so that the copy can be sent as they were. */
function paragraphOf(row: MessageRow, hasByline: boolean): string {
  if (!hasByline) return row.text;
  return `[${row.time}] ${row.user}:${row.startsWithBlock ? '\n' : ' '}${row.text}`;
}

/** The text of the element that the range contains. */
function textIn(range: Range, element: Element): string {
  const all = document.createRange();
  all.selectNodeContents(element);
  const part = range.cloneRange();
  if (part.compareBoundaryPoints(Range.START_TO_START, all) < 0) part.setStart(all.startContainer, all.startOffset);
  if (part.compareBoundaryPoints(Range.END_TO_END, all) > 0) part.setEnd(all.endContainer, all.endOffset);
  return part.toString().trim();
}

function htmlOf(paragraph: string): string {
  const node = document.createElement('p');
  node.style.whiteSpace = 'pre-wrap';
  node.append(...paragraph.split('\n').flatMap((line, at) => (at === 0 ? line : [document.createElement('br'), line])));
  return new XMLSerializer().serializeToString(node);
}
