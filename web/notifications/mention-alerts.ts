import $ from 'jquery';
import type { Clock } from '../../client/clock.ts';
import { newNonce } from '../../client/nonce.ts';
import type { MessageState } from '../../protocol/frames.ts';
import { TabChannel } from '../browser/tab-channel.ts';
import { messages } from '../locale/en.ts';
import { mentions } from '../markup/parser.ts';
import type { KnownRoom, Rooms, RoomsView } from '../rooms/rooms.ts';
import type { Preferences } from '../storage/preferences.ts';
import type { Banner } from './banner.ts';
import { DesktopNotifications, notificationState } from './desktop-notifications.ts';
import { NotificationDialog, NotificationSettings } from './notification-settings.ts';
import { NotificationSound } from './sound.ts';
import { isCandidacy, TabElection } from './tab-election.ts';

export interface MentionAlertsParts {
  readonly me: string;
  readonly claims: TabElection;
  readonly settings: NotificationSettings;
  readonly notifications: DesktopNotifications;
  readonly chime: NotificationSound;
  readonly nameOf: (slug: string) => string;
  /** The first time that somebody was called and could not be told. */
  readonly offer: () => void;
}

/** Calls somebody who is mentioned and does not look. */
export class MentionAlerts implements RoomsView {
  constructor(private readonly parts: MentionAlertsParts) {
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
    if (document.hidden) claims.runFor(what, () => this.#notify(slug, message));
    else claims.suppress(what);
  }

  /** What was read, wherever, needs no call any more. */
  changed({ slug, unread }: KnownRoom): void {
    if (unread === 0) this.parts.notifications.close(slug);
  }

  #notify(slug: string, { user, message }: MessageState): void {
    const { settings, notifications, chime, nameOf } = this.parts;
    const { notification, sound } = settings.now;
    const title = messages.mentionedIn(user, nameOf(slug));
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

export interface PageMentionAlertsParts {
  readonly me: string;
  readonly clock: Clock;
  readonly rooms: Rooms;
  readonly notice: Banner;
  readonly keepsakes: Preferences;
}

/** All that it takes to call somebody in one of their tabs, the way they want it. */
export function mentionAlerts({ me, clock, rooms, notice, keepsakes }: PageMentionAlertsParts): MentionAlerts {
  const settings = new NotificationSettings(keepsakes);
  const chime = new NotificationSound();
  const dialog = new NotificationDialog(settings, chime);
  const tabs = new TabChannel(`salon ${me}`, isCandidacy, (claim) => claims.heard(claim));
  tabs.open();
  const claims = new TabElection({ clock, token: newNonce(), tell: (claim) => tabs.publish(claim) });
  return new MentionAlerts({
    me,
    claims,
    settings,
    chime,
    notifications: new DesktopNotifications(),
    nameOf: (slug) => rooms.nameOf(slug),
    offer: () => notice.mentioned(() => dialog.open()),
  });
}
