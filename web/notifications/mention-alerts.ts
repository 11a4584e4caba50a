import $ from 'jquery';
import type { Clock } from '../../client/clock.ts';
import { newNonce } from '../../client/nonce.ts';
import type { MessageState } from '../../protocol/frames.ts';
import { TabChannel } from '../browser/tab-channel.ts';
import { messages } from '../locale/en.ts';
import { knownNames } from '../markup/known-names.ts';
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
  readonly election: TabElection;
  readonly settings: NotificationSettings;
  readonly notifications: DesktopNotifications;
  readonly sound: NotificationSound;
  readonly nameOf: (slug: string) => string;
  /** Called once: the user was mentioned, and no way to notify them is on. */
  readonly onOffer: () => void;
}

/** Notifies the user of a mention while the page is hidden. */
export class MentionAlerts implements RoomsView {
  constructor(private readonly parts: MentionAlertsParts) {
    knownNames.add([parts.me]);
    $(document).on('visibilitychange', () => {
      if (!document.hidden) parts.notifications.closeAll();
    });
    $(document).one('pointerdown keydown', () => {
      if (parts.settings.current.sound) parts.sound.unlock();
    });
  }

  /** A new message in the room that is open. */
  onMessage(slug: string, message: MessageState): void {
    const { me, election } = this.parts;
    if (message.user === me || !mentions(message.message, me, knownNames)) return;
    const mention = `${slug} ${message.seq}`;
    if (document.hidden) election.runFor(mention, () => this.#notify(slug, message));
    else election.suppress(mention);
  }

  /** Reading the room, on any device, closes its notification. */
  showRoom({ slug, unread }: KnownRoom): void {
    if (unread === 0) this.parts.notifications.close(slug);
  }

  #notify(slug: string, { user, message }: MessageState): void {
    const { settings, notifications, sound, nameOf } = this.parts;
    const isOn = settings.current;
    const title = messages.mentionedIn(user, nameOf(slug));
    if (isOn.notification) notifications.show({ tag: slug, title, text: message });
    if (isOn.sound) void sound.play();
    if (!isOn.notification && !isOn.sound) this.#offer();
  }

  #offer(): void {
    const { settings, onOffer } = this.parts;
    if (settings.current.offered || notificationState() === 'denied') return;
    settings.update({ offered: true });
    onOffer();
  }
}

export interface PageMentionAlertsParts {
  readonly me: string;
  readonly clock: Clock;
  readonly rooms: Rooms;
  readonly banner: Banner;
  readonly preferences: Preferences;
}

/** Mention alerts with the user's settings and an election between the user's tabs. */
export function createMentionAlerts({ me, clock, rooms, banner, preferences }: PageMentionAlertsParts): MentionAlerts {
  const settings = new NotificationSettings(preferences);
  const sound = new NotificationSound();
  const dialog = new NotificationDialog(settings, sound);
  const tabs = new TabChannel(`salon ${me}`, isCandidacy, (candidacy) => election.onCandidacy(candidacy));
  tabs.open();
  const election = new TabElection({ clock, token: newNonce(), publish: (candidacy) => tabs.publish(candidacy) });
  return new MentionAlerts({
    me,
    election,
    settings,
    sound,
    notifications: new DesktopNotifications(),
    nameOf: (slug) => rooms.nameOf(slug),
    onOffer: () => banner.offerNotifications(() => dialog.open()),
  });
}
