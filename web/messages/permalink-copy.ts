import $ from 'jquery';
import type { Clock } from '../../client/clock.ts';
import { messages } from '../locale/en.ts';
import type { Router } from '../navigation/router.ts';

const SHOWN_MS = 2_000;

/** Copies the URL of a message; where that is impossible the link is followed, and the URL can be copied from the address bar. */
export class PermalinkCopy {
  readonly #box = $('#messages');

  constructor(
    private readonly clock: Clock,
    private readonly router: Router,
  ) {
    this.#box.on('click.links', '.copy-link', (event) => this.#onClick(event));
  }

  close(): void {
    this.#box.off('.links');
  }

  /** A click with a modifier key opens a tab or a window as usual. */
  #onClick(event: JQuery.ClickEvent): void {
    const link: unknown = event.currentTarget;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    void this.#copy(link);
  }

  async #copy(link: HTMLAnchorElement): Promise<void> {
    if (!(await isCopied(link.href))) return this.router.follow(link.pathname);
    const text = link.textContent;
    if (text === messages.copied) return;
    link.textContent = messages.copied;
    this.clock.after(SHOWN_MS, () => {
      link.textContent = text;
    });
  }
}

/** On plain http browsers offer only the old clipboard command. */
async function isCopied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return isCopiedFromBox(text);
  }
}

function isCopiedFromBox(text: string): boolean {
  const focused = document.activeElement;
  const box = $('<textarea>', { class: 'unseen', readonly: true }).val(text).appendTo('body');
  box.trigger('select');
  const isCopied = document.execCommand('copy');
  box.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return isCopied;
}
