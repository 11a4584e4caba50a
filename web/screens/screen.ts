import type { Clock } from '../../client/clock.ts';
import type { CurrentUser } from '../api/current-user.ts';
import type { Composer } from '../composer/composer.ts';
import type { StatusBar } from '../connection/status-bar.ts';
import type { ScrollAnchor } from '../messages/scroll-anchor.ts';
import type { Banner } from '../notifications/banner.ts';
import type { MentionAlerts } from '../notifications/mention-alerts.ts';
import type { TitleBadge } from '../notifications/title-badge.ts';
import type { PeopleList } from '../people/people-list.ts';
import type { Rooms } from '../rooms/rooms.ts';

/** Being somewhere: in a room, or in none. */
export interface Screen {
  close(): void;
  /** The network is back, or somebody looks at the page again. */
  retryNow(): void;
  /** The browser says that the network is gone. */
  checkConnection(): void;
  /** What stands at the bottom may have been read now. */
  seen(): void;
  /** Here, but at this message; null: where the newest is. */
  goTo(message: number | null): void;
  /** The reader has scrolled. */
  scrolled(): void;
  /** What was read until now is told at once: there may be no later. */
  lookedAway(): void;
  /** Something else changes what is shown here. */
  change(doing: () => void): void;
  post(text: string): void;
  /** False: there is none of one's own. */
  editLast(): boolean;
}

/** What every visit finds on the page. */
export interface PageParts {
  readonly me: CurrentUser;
  readonly clock: Clock;
  readonly rooms: Rooms;
  readonly title: TitleBadge;
  readonly bell: MentionAlerts;
  readonly people: PeopleList;
  readonly status: StatusBar;
  readonly notice: Banner;
  readonly composer: Composer;
  readonly scroll: ScrollAnchor;
  readonly signedOut: () => void;
  /** No message of the room is what its address is to lead to any more. */
  readonly atPresent: () => void;
  readonly follow: (path: string) => void;
}
