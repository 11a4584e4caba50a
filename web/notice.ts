import $ from 'jquery';
import { type Place, pathOf } from './address.ts';
import { words } from './words.ts';

/** One line above the conversation that asks for something. */
export class Notice {
  readonly #line = $('#notice');
  #isAboutSession = false;

  constructor(private readonly version: string) {}

  /** A page older than its server goes on working, but should not for long. */
  serverVersion(version: string): void {
    if (version === this.version) this.#hide();
    else this.#show(words.newVersion, words.reload, location.href);
  }

  signedOut(place: Place): void {
    this.#isAboutSession = true;
    this.#show(words.sessionEnded, words.signInAgain, signInAddress(place));
    // In a tab of its own: what was written here is still here afterwards.
    $('#notice-link').attr({ target: '_blank', rel: 'noopener' });
  }

  signedIn(): void {
    if (this.#isAboutSession) this.#hide();
  }

  #hide(): void {
    this.#isAboutSession = false;
    this.#line.prop('hidden', true);
  }

  #show(sentence: string, link: string, address: string): void {
    $('#notice-words').text(sentence);
    $('#notice-link').text(link).attr('href', address).removeAttr('target');
    this.#line.prop('hidden', false);
  }
}

export function signInAddress(place: Place): string {
  return `/account?next=${encodeURIComponent(pathOf(place))}`;
}
