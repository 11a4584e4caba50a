import type { Clock } from '../../client/clock.ts';
import type { CurrentUser } from '../api/current-user.ts';
import type { Composer } from '../composer/composer.ts';
import type { StatusBar } from '../connection/status-bar.ts';
import type { ScrollAnchor } from '../messages/scroll-anchor.ts';
import type { Router } from '../navigation/router.ts';
import type { MentionAlerts } from '../notifications/mention-alerts.ts';
import type { TitleBadge } from '../notifications/title-badge.ts';
import type { PeopleList } from '../people/people-list.ts';
import type { Rooms } from '../rooms/rooms.ts';

/** What the page shows: a room, or the list of all rooms. */
export interface Screen {
  close(): void;
  /** The network is back, or the user looks at the page again. */
  retryNow(): void;
  /** The browser reports that the network is gone. */
  checkConnection(): void;
}

/** The parts of the page that every screen uses. */
export interface ScreenParts {
  readonly me: CurrentUser;
  readonly clock: Clock;
  readonly rooms: Rooms;
  readonly title: TitleBadge;
  readonly mentionAlerts: MentionAlerts;
  readonly people: PeopleList;
  readonly status: StatusBar;
  readonly composer: Composer;
  readonly scroll: ScrollAnchor;
  readonly router: Router;
  readonly onLoggedOut: () => void;
  /** The server, of this version, has let this page's user in. */
  readonly onWelcome: (version: string) => void;
}
