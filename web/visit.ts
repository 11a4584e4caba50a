import type { Clock } from './clock.ts';
import type { Composer } from './composer.ts';
import type { Notice } from './notice.ts';
import type { PageUser } from './page-user.ts';
import type { PeopleList } from './people-list.ts';
import type { RoomList } from './room-list.ts';
import type { ScrollKeeper } from './scroll-keeper.ts';
import type { StatusLine } from './status-line.ts';

/** Being somewhere: in a room, or in none. */
export interface Visit {
  close(): void;
  /** The network is back, or somebody looks at the page again. */
  hurry(): void;
  /** The browser says that the network is gone. */
  doubt(): void;
  /** What stands at the bottom may have been read now. */
  seen(): void;
  post(text: string): void;
}

/** What every visit finds on the page. */
export interface VisitParts {
  readonly me: PageUser;
  readonly clock: Clock;
  readonly rooms: RoomList;
  readonly people: PeopleList;
  readonly status: StatusLine;
  readonly notice: Notice;
  readonly composer: Composer;
  readonly scroll: ScrollKeeper;
  readonly signedOut: () => void;
}
