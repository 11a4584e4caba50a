import $ from 'jquery';
import { type RoomSlug, roomPath } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';

type Topic = 'session' | 'version' | 'mention';

interface Notice {
  readonly sentence: string;
  /** A link leads to another page; an action is a button. */
  readonly link?: { readonly label: string; readonly address: string };
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** The most important first: only one notice is shown. */
const TOPICS: readonly Topic[] = ['session', 'version', 'mention'];

/** One line above the timeline that asks the user to do something. */
export class Banner {
  readonly #element = $('#notice');
  readonly #notices = new Map<Topic, Notice>();
  #runAction: () => void = () => {};

  constructor(
    private readonly version: string,
    private readonly reload: () => void,
  ) {
    $('#notice-act').on('click', () => this.#runAction());
    $('#notice-later').on('click', () => this.#removeNotice('mention'));
  }

  /** Offers a reload if the page is older than the server. A user who receives the version is logged in. */
  showServerVersion(version: string): void {
    this.#notices.delete('session');
    if (version === this.version) this.#removeNotice('version');
    else
      this.#setNotice('version', {
        sentence: messages.newVersion,
        action: { label: messages.reload, run: this.reload },
      });
  }

  /** The page reloads once everything is sent. */
  showReloading(): void {
    this.#setNotice('version', { sentence: messages.reloadingSoon });
  }

  showLoggedOut(room: RoomSlug | null): void {
    const link = { label: messages.logInAgain, address: logInUrl(room) };
    this.#setNotice('session', { sentence: messages.sessionEnded, link });
  }

  offerNotifications(open: () => void): void {
    const run = (): void => {
      this.#removeNotice('mention');
      open();
    };
    this.#setNotice('mention', { sentence: messages.wasMentioned, action: { label: messages.notifyMe, run } });
  }

  #setNotice(topic: Topic, notice: Notice): void {
    this.#notices.set(topic, notice);
    this.#show();
  }

  #removeNotice(topic: Topic): void {
    this.#notices.delete(topic);
    this.#show();
  }

  #show(): void {
    const topic = TOPICS.find((each) => this.#notices.has(each));
    const notice = topic === undefined ? undefined : this.#notices.get(topic);
    $('#notice-words').text(notice?.sentence ?? '');
    $('#notice-link')
      .text(notice?.link?.label ?? '')
      .attr('href', notice?.link?.address ?? '/chat')
      .prop('hidden', notice?.link === undefined);
    $('#notice-act')
      .text(notice?.action?.label ?? '')
      .prop('hidden', notice?.action === undefined);
    $('#notice-later').prop('hidden', topic !== 'mention');
    this.#runAction = notice?.action?.run ?? (() => {});
    this.#element.prop('hidden', notice === undefined);
  }
}

export function logInUrl(room: RoomSlug | null): string {
  return `/account?next=${encodeURIComponent(roomPath(room))}`;
}
