import { AlertDialog } from './alert-dialog.ts';
import { AlertSettings } from './alert-settings.ts';
import { Bell } from './bell.ts';
import { Chime } from './chime.ts';
import { Claims, isClaim } from './claims.ts';
import type { Clock } from './clock.ts';
import type { Keepsakes } from './keepsakes.ts';
import { newNonce } from './nonce.ts';
import type { Notice } from './notice.ts';
import { PageNotifications } from './page-notifications.ts';
import type { Rooms } from './rooms.ts';
import { TabChannel } from './tab-channel.ts';

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
