import $ from 'jquery';
import { type RoomSlug, roomPath } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';

type Matter = 'session' | 'version' | 'mention';

interface Told {
  readonly sentence: string;
  /** A link where one goes elsewhere, a button where something is done. */
  readonly link?: { readonly label: string; readonly address: string };
  readonly act?: { readonly label: string; readonly run: () => void };
}

/** Of several matters the gravest is told. */
const ORDER: readonly Matter[] = ['session', 'version', 'mention'];

/** One line above the conversation that asks for something. */
export class Banner {
  readonly #line = $('#notice');
  readonly #matters = new Map<Matter, Told>();
  #act: () => void = () => {};

  constructor(
    private readonly version: string,
    private readonly reload: () => void,
  ) {
    $('#notice-act').on('click', () => this.#act());
    $('#notice-later').on('click', () => this.#settle('mention'));
  }

  /** A page older than its server goes on working, but should not for long. Whoever is told it is signed in. */
  serverVersion(version: string): void {
    this.#matters.delete('session');
    if (version === this.version) this.#settle('version');
    else this.#tell('version', { sentence: messages.newVersion, act: { label: messages.reload, run: this.reload } });
  }

  /** The page is about to be loaded anew, once all is sent. */
  reloading(): void {
    this.#tell('version', { sentence: messages.reloadingSoon });
  }

  signedOut(place: RoomSlug | null): void {
    const link = { label: messages.signInAgain, address: logInAddress(place) };
    this.#tell('session', { sentence: messages.sessionEnded, link });
  }

  mentioned(open: () => void): void {
    const run = (): void => {
      this.#settle('mention');
      open();
    };
    this.#tell('mention', { sentence: messages.wasMentioned, act: { label: messages.tellMe, run } });
  }

  #tell(matter: Matter, told: Told): void {
    this.#matters.set(matter, told);
    this.#show();
  }

  #settle(matter: Matter): void {
    this.#matters.delete(matter);
    this.#show();
  }

  #show(): void {
    const matter = ORDER.find((each) => this.#matters.has(each));
    const told = matter === undefined ? undefined : this.#matters.get(matter);
    $('#notice-words').text(told?.sentence ?? '');
    $('#notice-link')
      .text(told?.link?.label ?? '')
      .attr('href', told?.link?.address ?? '/chat')
      .prop('hidden', told?.link === undefined);
    $('#notice-act')
      .text(told?.act?.label ?? '')
      .prop('hidden', told?.act === undefined);
    $('#notice-later').prop('hidden', matter !== 'mention');
    this.#act = told?.act?.run ?? (() => {});
    this.#line.prop('hidden', told === undefined);
  }
}

export function logInAddress(place: RoomSlug | null): string {
  return `/account?next=${encodeURIComponent(roomPath(place))}`;
}
