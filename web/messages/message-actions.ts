import $ from 'jquery';
import { messages } from '../locale/en.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { type EditorHandlers, MessageEditor } from './message-editor.ts';
import type { MessageList } from './message-list.ts';
import type { MessageRow } from './message-row.ts';
import type { PendingEdit, PendingEditsView } from './pending-edits.ts';

export interface MessageHandlers {
  ask(seq: number, revision: PendingEdit): void;
  /** Something is larger now, or smaller; it is to be seen, and the rest to stay where it is. */
  resized(element: HTMLElement): void;
  /** The focus has lost its place. */
  refocus(): void;
  /** What was written anew, when its message is gone. */
  rescue(text: string): void;
}

/** What one can do with messages: one's own, and as an administrator with all. */
export class MessageActions implements PendingEditsView {
  readonly #editors = new Map<MessageRow, MessageEditor>();
  readonly #box = $('#messages');

  constructor(
    private readonly list: MessageList,
    private readonly outbox: Outbox,
    private readonly wishes: MessageHandlers,
  ) {
    this.#on('.retry', (button) => this.outbox.retry(rowOf(button).nonce));
    this.#on('.discard', (button) => this.outbox.discard(rowOf(button).nonce));
    this.#on('.edit', (button, event) => this.#edit(rowOf(button).seq, isByKeyboard(event) ? button : null));
    this.#on('.delete', (button, event) => this.#delete(button, event));
  }

  close(): void {
    this.#box.off('.actions');
    for (const [row, editor] of this.#editors) this.#lost(row, editor);
  }

  /** The newest of one's own; false when there is none. */
  editLast(): boolean {
    const seq = this.list.newestOwn;
    if (seq === undefined) return false;
    this.#edit(seq, null);
    return true;
  }

  /** After every batch of frames: a message that is being written anew may say something else now, or be gone. */
  settle(): void {
    for (const [row, editor] of this.#editors) {
      if (row.node[0]?.isConnected) editor.nowSays(row.text);
      else this.#lost(row, editor);
    }
  }

  revised(seq: number): void {
    this.#editorOf(seq)?.close();
  }

  notRevised(seq: number, why: string): void {
    const editor = this.#editorOf(seq);
    if (editor === undefined) this.list.row(seq)?.failed(why);
    else editor.failed(why);
  }

  #editorOf(seq: number): MessageEditor | undefined {
    const row = this.list.row(seq);
    return row === undefined ? undefined : this.#editors.get(row);
  }

  #on(selector: string, act: (button: HTMLElement, event: JQuery.ClickEvent) => void): void {
    this.#box.on('click.actions', selector, (event) => {
      const button: unknown = event.currentTarget;
      if (button instanceof HTMLElement) act(button, event);
    });
  }

  /** `opener`: where the focus goes afterwards; null, to the box one writes in. */
  #edit(seq: number, opener: HTMLElement | null): void {
    const row = this.list.row(seq);
    if (row === undefined) return;
    const known = this.#editors.get(row);
    if (known === undefined) this.#editors.set(row, new MessageEditor(row, this.#editing(seq, row, opener)));
    else known.focus();
  }

  #editing(seq: number, row: MessageRow, opener: HTMLElement | null): EditorHandlers {
    return {
      save: (message) => this.wishes.ask(seq, { type: 'edit', message }),
      remove: () => this.wishes.ask(seq, { type: 'delete' }),
      resized: (form) => this.wishes.resized(form),
      closed: (focus) => {
        this.#editors.delete(row);
        if (focus === 'is elsewhere') return;
        if (opener?.isConnected) focusIn(row, opener);
        else this.wishes.refocus();
      },
    };
  }

  /** Its row was taken away, and the focus with it. */
  #lost(row: MessageRow, editor: MessageEditor): void {
    const { changes } = editor;
    this.#editors.delete(row);
    if (changes !== null) this.wishes.rescue(changes);
    else if (document.activeElement === document.body) this.wishes.refocus();
  }

  /** A double click is one press, and not two. */
  #delete(button: HTMLElement, { originalEvent }: JQuery.ClickEvent): void {
    if ((originalEvent?.detail ?? 0) > 1 || !isPressedTwice($(button))) return;
    this.wishes.ask(rowOf(button).seq, { type: 'delete' });
    this.wishes.refocus();
  }
}

/** The first press asks, the second one does it. */
function isPressedTwice(button: JQuery): boolean {
  if (button.hasClass('sure')) return true;
  button.addClass('sure').text(messages.reallyDelete);
  // Safari gives no focus to a button that is clicked, and what has none cannot lose it.
  button.trigger('focus');
  button.one('blur', () => button.removeClass('sure').text(messages.delete));
  return false;
}

function rowOf(element: HTMLElement): { readonly seq: number; readonly nonce: string } {
  const row = $(element).closest('.message');
  return { seq: Number(row.attr('data-seq') ?? 0), nonce: row.attr('data-nonce') ?? '' };
}

/** A click that no pointer made. */
function isByKeyboard(event: JQuery.ClickEvent): boolean {
  return event.originalEvent?.detail === 0;
}

/** The row's buttons are there only while the focus is in it. */
function focusIn(row: MessageRow, button: HTMLElement): void {
  row.node.trigger('focus');
  button.focus();
}
