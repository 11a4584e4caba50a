import $ from 'jquery';
import type { Clock } from '../../client/clock.ts';
import { messages } from '../locale/en.ts';

const TOLD_MS = 2_000;

/** Copies the address of a message; where that cannot be done, the link leads there, and its address can be taken. */
export class PermalinkCopy {
  readonly #box = $('#messages');

  constructor(
    private readonly clock: Clock,
    private readonly follow: (path: string) => void,
  ) {
    this.#box.on('click.links', '.copy-link', (event) => this.#clicked(event));
  }

  close(): void {
    this.#box.off('.links');
  }

  /** A click that wants a new tab or a window gets one. */
  #clicked(event: JQuery.ClickEvent): void {
    const link: unknown = event.currentTarget;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    void this.#copy(link);
  }

  async #copy(link: HTMLAnchorElement): Promise<void> {
    if (!(await isCopied(link.href))) return this.follow(link.pathname);
    const text = link.textContent;
    if (text === messages.copied) return;
    link.textContent = messages.copied;
    this.clock.after(TOLD_MS, () => {
      link.textContent = text;
    });
  }
}

/** On plain http, browsers have no clipboard but that of old. */
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
