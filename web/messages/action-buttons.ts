import $ from 'jquery';
import type { CurrentUser } from '../api/current-user.ts';
import { cloneTemplate } from '../browser/template.ts';
import { messagePath } from '../browser/urls.ts';

/** Adds the action buttons to a row when the user first reaches it, by pointer, finger or keyboard. */
export class ActionButtons {
  readonly #box = $('#messages');

  constructor(
    private readonly room: string,
    private readonly me: CurrentUser,
  ) {
    this.#box.on('mouseover.buttons focusin.buttons', '.message[data-seq]', ({ currentTarget }) =>
      this.#addTo(currentTarget),
    );
  }

  close(): void {
    this.#box.off('.buttons');
  }

  #addTo(element: unknown): void {
    if (!(element instanceof HTMLElement)) return;
    const row = $(element);
    if (row.children('.actions').length > 0) return;
    const isOwn = row.hasClass('own');
    const buttons = cloneTemplate('#actions-template');
    buttons.find('.edit').prop('hidden', !isOwn);
    buttons.find('.delete').prop('hidden', !isOwn && !this.me.isAdministrator);
    buttons.find('.copy-link').attr('href', messagePath(this.room, Number(element.dataset.seq)));
    row.append(buttons);
  }
}
