import $ from 'jquery';
import type { CurrentUser } from '../api/current-user.ts';
import { cloneTemplate } from '../browser/template.ts';
import { messagePath } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { type EditorHandlers, MessageEditor } from './message-editor.ts';
import type { MessageList } from './message-list.ts';
import type { MessageRow } from './message-row.ts';
import type { PendingEdit, PendingEditsView } from './pending-edits.ts';

export interface MessageHandlers {
  onEdit(seq: number, edit: PendingEdit): void;
  /** An element of a row has another size: it is to stay visible, and the rest to stay in place. */
  onResize(element: HTMLElement): void;
  /** The element that had the focus is gone. */
  onFocusLost(): void;
  /** The message was removed while the user edited it; `text` is the unsaved edit. */
  onEditOrphaned(text: string): void;
}

export interface MessageActionsParts {
  readonly room: string;
  readonly me: CurrentUser;
  readonly list: MessageList;
  readonly outbox: Outbox;
}

/**
 * The buttons of the rows: users act on their own messages, administrators on all. A row gets its buttons when the user
 * first reaches it, by pointer, finger or keyboard.
 */
export class MessageActions implements PendingEditsView {
  readonly #editors = new Map<MessageRow, MessageEditor>();
  readonly #box = $('#messages');

  constructor(
    private readonly parts: MessageActionsParts,
    private readonly handlers: MessageHandlers,
  ) {
    const { outbox } = parts;
    this.#box.on('mouseover.actions focusin.actions', '.message[data-seq]', (event) => {
      this.#addButtons(event.currentTarget);
    });
    this.#onClick('.retry', (button) => outbox.retry(rowOf(button).nonce));
    this.#onClick('.discard', (button) => outbox.discard(rowOf(button).nonce));
    this.#onClick('.edit', (button, event) => this.#openEditor(rowOf(button).seq, isByKeyboard(event) ? button : null));
    this.#onClick('.delete', (button, event) => this.#onDelete(button, event));
  }

  close(): void {
    this.#box.off('.actions');
    for (const [row, editor] of this.#editors) this.#removeOrphan(row, editor);
  }

  /** Opens the editor of the user's newest message; false when there is none. */
  editLast(): boolean {
    const seq = this.parts.list.newestOwnSeq;
    if (seq === undefined) return false;
    this.#openEditor(seq, null);
    return true;
  }

  /** After every drawing: a message that is being edited may be changed or gone. */
  updateEditors(): void {
    for (const [row, editor] of this.#editors) {
      if (row.node[0]?.isConnected) editor.setOriginal(row.text);
      else this.#removeOrphan(row, editor);
    }
  }

  onEditApplied(seq: number): void {
    this.#editorOf(seq)?.close();
  }

  onEditFailed(seq: number, why: string): void {
    const editor = this.#editorOf(seq);
    if (editor === undefined) this.parts.list.rowOf(seq)?.showEditFailed(why);
    else editor.showError(why);
  }

  #addButtons(element: unknown): void {
    if (!(element instanceof HTMLElement)) return;
    const row = $(element);
    if (row.children('.actions').length > 0) return;
    const isOwn = row.hasClass('own');
    const { room, me } = this.parts;
    const buttons = cloneTemplate('#actions-template');
    buttons.find('.edit').prop('hidden', !isOwn);
    buttons.find('.delete').prop('hidden', !isOwn && !me.isAdministrator);
    buttons.find('.copy-link').attr('href', messagePath(room, rowOf(element).seq));
    row.append(buttons);
  }

  #editorOf(seq: number): MessageEditor | undefined {
    const row = this.parts.list.rowOf(seq);
    return row === undefined ? undefined : this.#editors.get(row);
  }

  #onClick(selector: string, handle: (button: HTMLElement, event: JQuery.ClickEvent) => void): void {
    this.#box.on('click.actions', selector, (event) => {
      const button: unknown = event.currentTarget;
      if (button instanceof HTMLElement) handle(button, event);
    });
  }

  /** `opener`: where the focus goes afterwards; null: to the composer. */
  #openEditor(seq: number, opener: HTMLElement | null): void {
    const row = this.parts.list.rowOf(seq);
    if (row === undefined) return;
    const open = this.#editors.get(row);
    if (open === undefined) this.#editors.set(row, new MessageEditor(row, this.#editorHandlers(seq, row, opener)));
    else open.focus();
  }

  #editorHandlers(seq: number, row: MessageRow, opener: HTMLElement | null): EditorHandlers {
    return {
      onSave: (message) => this.handlers.onEdit(seq, { type: 'edit', message }),
      onRemove: () => this.handlers.onEdit(seq, { type: 'delete' }),
      onResize: (form) => this.handlers.onResize(form),
      onClosed: (focus) => {
        this.#editors.delete(row);
        if (focus === 'is elsewhere') return;
        if (opener?.isConnected) focusIn(row, opener);
        else this.handlers.onFocusLost();
      },
    };
  }

  /** The row was removed, and the focus with it. */
  #removeOrphan(row: MessageRow, editor: MessageEditor): void {
    const { changes } = editor;
    this.#editors.delete(row);
    if (changes !== null) this.handlers.onEditOrphaned(changes);
    else if (document.activeElement === document.body) this.handlers.onFocusLost();
  }

  /** A double click counts as one press. */
  #onDelete(button: HTMLElement, { originalEvent }: JQuery.ClickEvent): void {
    if ((originalEvent?.detail ?? 0) > 1 || !isPressedTwice($(button))) return;
    this.handlers.onEdit(rowOf(button).seq, { type: 'delete' });
    this.handlers.onFocusLost();
  }
}

/** The first press asks for confirmation, the second confirms. */
function isPressedTwice(button: JQuery): boolean {
  if (button.hasClass('sure')) return true;
  button.addClass('sure').text(messages.reallyDelete);
  // Safari does not focus a clicked button, and without focus there is no blur.
  button.trigger('focus');
  button.one('blur', () => button.removeClass('sure').text(messages.delete));
  return false;
}

function rowOf(element: HTMLElement): { readonly seq: number; readonly nonce: string } {
  const row = $(element).closest('.message');
  return { seq: Number(row.attr('data-seq') ?? 0), nonce: row.attr('data-nonce') ?? '' };
}

/** A click from the keyboard has no click count. */
function isByKeyboard(event: JQuery.ClickEvent): boolean {
  return event.originalEvent?.detail === 0;
}

/** The buttons of a row are visible only while the focus is in it. */
function focusIn(row: MessageRow, button: HTMLElement): void {
  row.node.trigger('focus');
  button.focus();
}
