import $ from 'jquery';
import type { MessageList } from './message-list.ts';
import type { MessageRow } from './message-row.ts';
import type { Outbox } from './outbox.ts';
import type { Revision, RevisionsView } from './revisions.ts';
import { isPressedTwice, RowEditor, rowOf } from './row-editor.ts';

export interface RowWishes {
  ask(seq: number, revision: Revision): void;
  /** An editor was closed. */
  done(): void;
}

/** What one can do with messages: one's own, and as an administrator with all. */
export class RowActions implements RevisionsView {
  readonly #editors = new WeakMap<MessageRow, RowEditor>();
  readonly #box = $('#messages');

  constructor(
    private readonly list: MessageList,
    private readonly outbox: Outbox,
    private readonly wishes: RowWishes,
  ) {
    this.#on('.retry', (button) => this.outbox.retry(rowOf(button).nonce));
    this.#on('.discard', (button) => this.outbox.discard(rowOf(button).nonce));
    this.#on('.edit', (button) => this.#edit(rowOf(button).seq));
    this.#on('.delete', (button) => this.#delete(button));
  }

  close(): void {
    this.#box.off('.actions');
  }

  revised(seq: number): void {
    this.#editorOf(seq)?.close();
  }

  notRevised(seq: number, why: string): void {
    const editor = this.#editorOf(seq);
    if (editor === undefined) this.list.row(seq)?.failed(why);
    else editor.failed(why);
  }

  #editorOf(seq: number): RowEditor | undefined {
    const row = this.list.row(seq);
    return row === undefined ? undefined : this.#editors.get(row);
  }

  #on(selector: string, act: (button: HTMLElement) => void): void {
    this.#box.on('click.actions', selector, (event) => {
      const button: unknown = event.currentTarget;
      if (button instanceof HTMLElement) act(button);
    });
  }

  #edit(seq: number): void {
    const row = this.list.row(seq);
    if (row === undefined || this.#editors.has(row)) return;
    const closed = (): void => {
      this.#editors.delete(row);
      this.wishes.done();
    };
    const save = (message: string): void => this.wishes.ask(seq, { type: 'edit', message });
    this.#editors.set(row, new RowEditor(row, save, closed));
  }

  #delete(button: HTMLElement): void {
    if (isPressedTwice($(button))) this.wishes.ask(rowOf(button).seq, { type: 'delete' });
  }
}
