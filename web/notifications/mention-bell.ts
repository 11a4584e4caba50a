import type { Clock } from '../../client/clock.ts';
import { newNonce } from '../../client/nonce.ts';
import { TabChannel } from '../browser/tab-channel.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { Keepsakes } from '../storage/preferences.ts';
import { AlertSettings } from './alert-settings.ts';
import type { Notice } from './banner.ts';
import { PageNotifications } from './desktop-notifications.ts';
import { Bell } from './mention-alerts.ts';
import { AlertDialog } from './notification-settings.ts';
import { Chime } from './sound.ts';
import { Claims, isClaim } from './tab-election.ts';

export interface MentionBellParts {
  readonly me: string;
  readonly clock: Clock;
  readonly rooms: Rooms;
  readonly notice: Notice;
  readonly keepsakes: Keepsakes;
}

/** All that it takes to call somebody in one of their tabs, the way they want it. */
export function mentionBell({ me, clock, rooms, notice, keepsakes }: MentionBellParts): Bell {
  const settings = new AlertSettings(keepsakes);
  const chime = new Chime();
  const dialog = new AlertDialog(settings, chime);
  const tabs = new TabChannel(`salon ${me}`, isClaim, (claim) => claims.heard(claim));
  tabs.open();
  const claims = new Claims({ clock, token: newNonce(), tell: (claim) => tabs.tell(claim) });
  return new Bell({
    me,
    claims,
    settings,
    chime,
    notifications: new PageNotifications(),
    nameOf: (slug) => rooms.nameOf(slug),
    offer: () => notice.mentioned(() => dialog.open()),
  });
}
