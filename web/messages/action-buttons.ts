import $ from 'jquery';
import type { CurrentUser } from '../api/current-user.ts';
import { cloneTemplate } from '../browser/template.ts';
import { messagePath } from '../browser/urls.ts';

/** What can be done with a message is put beside it when somebody comes to it, by pointer, finger or keyboard. */
export class ActionButtons {
  readonly #box = $('#messages');

  constructor(
    private readonly room: string,
    private readonly me: CurrentUser,
  ) {
    this.#box.on('mouseover.tools focusin.tools', '.message[data-seq]', ({ currentTarget }) =>
      this.#lay(currentTarget),
    );
  }

  close(): void {
    this.#box.off('.tools');
  }

  #lay(element: unknown): void {
    if (!(element instanceof HTMLElement)) return;
    const row = $(element);
    if (row.children('.actions').length > 0) return;
    const isOwn = row.hasClass('own');
    const tools = cloneTemplate('#actions-template');
    tools.find('.edit').prop('hidden', !isOwn);
    tools.find('.delete').prop('hidden', !isOwn && !this.me.isAdministrator);
    tools.find('.copy-link').attr('href', messagePath(this.room, Number(element.dataset.seq)));
    row.append(tools);
  }
}
