import type { Clock } from '../../client/clock.ts';
import { newNonce } from '../../client/nonce.ts';
import { TabChannel } from '../browser/tab-channel.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { Preferences } from '../storage/preferences.ts';
import { NotificationSettings } from './alert-settings.ts';
import type { Banner } from './banner.ts';
import { DesktopNotifications } from './desktop-notifications.ts';
import { MentionAlerts } from './mention-alerts.ts';
import { NotificationDialog } from './notification-settings.ts';
import { NotificationSound } from './sound.ts';
import { isCandidacy, TabElection } from './tab-election.ts';

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
