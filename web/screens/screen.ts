import type { Clock } from '../../client/clock.ts';
import type { PageUser } from '../api/current-user.ts';
import type { Composer } from '../composer/composer.ts';
import type { StatusLine } from '../connection/status-bar.ts';
import type { ScrollKeeper } from '../messages/scroll-anchor.ts';
import type { Notice } from '../notifications/banner.ts';
import type { Bell } from '../notifications/mention-alerts.ts';
import type { PageTitle } from '../notifications/title-badge.ts';
import type { PeopleList } from '../people/people-list.ts';
import type { Rooms } from '../rooms/rooms.ts';

/** Being somewhere: in a room, or in none. */
export interface Visit {
  close(): void;
  /** The network is back, or somebody looks at the page again. */
  hurry(): void;
  /** The browser says that the network is gone. */
  doubt(): void;
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
export interface VisitParts {
  readonly me: PageUser;
  readonly clock: Clock;
  readonly rooms: Rooms;
  readonly title: PageTitle;
  readonly bell: Bell;
  readonly people: PeopleList;
  readonly status: StatusLine;
  readonly notice: Notice;
  readonly composer: Composer;
  readonly scroll: ScrollKeeper;
  readonly signedOut: () => void;
  /** No message of the room is what its address is to lead to any more. */
  readonly atPresent: () => void;
  readonly follow: (path: string) => void;
}
