import $ from 'jquery';
import type { MessageState } from '../../protocol/frames.ts';
import { words } from '../locale/en.ts';
import { mentions } from '../markup/parser.ts';
import type { KnownRoom, RoomsView } from '../rooms/rooms.ts';
import type { AlertSettings } from './alert-settings.ts';
import { notificationState, type PageNotifications } from './desktop-notifications.ts';
import type { Chime } from './sound.ts';
import type { Claims } from './tab-election.ts';

export interface BellParts {
  readonly me: string;
  readonly claims: Claims;
  readonly settings: AlertSettings;
  readonly notifications: PageNotifications;
  readonly chime: Chime;
  readonly nameOf: (slug: string) => string;
  /** The first time that somebody was called and could not be told. */
  readonly offer: () => void;
}

/** Calls somebody who is mentioned and does not look. */
export class Bell implements RoomsView {
  constructor(private readonly parts: BellParts) {
    $(document).on('visibilitychange', () => {
      if (!document.hidden) parts.notifications.closeAll();
    });
    $(document).one('pointerdown keydown', () => {
      if (parts.settings.now.sound) parts.chime.unlock();
    });
  }

  /** A new message in the room that is open. */
  heard(slug: string, message: MessageState): void {
    const { me, claims } = this.parts;
    if (message.user === me || !mentions(message.message, me)) return;
    const what = `${slug} ${message.seq}`;
    if (document.hidden) claims.claim(what, () => this.#ring(slug, message));
    else claims.seen(what);
  }

  /** What was read, wherever, needs no call any more. */
  changed({ slug, unread }: KnownRoom): void {
    if (unread === 0) this.parts.notifications.close(slug);
  }

  #ring(slug: string, { user, message }: MessageState): void {
    const { settings, notifications, chime, nameOf } = this.parts;
    const { notification, sound } = settings.now;
    const title = words.mentionedIn(user, nameOf(slug));
    if (notification) notifications.show({ place: slug, title, text: message });
    if (sound) void chime.play();
    if (!notification && !sound) this.#offer();
  }

  #offer(): void {
    const { settings, offer } = this.parts;
    if (settings.now.offered || notificationState() === 'denied') return;
    settings.change({ offered: true });
    offer();
  }
}
