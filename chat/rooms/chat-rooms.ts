import type { ChannelLayer } from '../../channels/layer.ts';
import type { Presence } from '../../channels/presence.ts';
import type { Rate } from '../../channels/rate.ts';
import type { Store } from '../../store/store.ts';
import type { Door } from './door.ts';
import type { Posting } from './posting.ts';
import type { RoomDirectory } from './room-directory.ts';
import type { RoomStreams } from './room-streams.ts';
import type { RoomsFeed } from './rooms-feed.ts';

/** The parts that the rooms' sockets and routes work with; open-rooms.ts puts them together. */
export interface ChatRooms {
  readonly store: Store;
  readonly layer: ChannelLayer;
  readonly presence: Presence;
  readonly directory: RoomDirectory;
  readonly streams: RoomStreams;
  readonly posting: Posting;
  readonly feed: RoomsFeed;
  readonly rate: Rate<number>;
  /** For making rooms. */
  readonly roomRate: Rate<number>;
  readonly door: Door;
  readonly version: string;
  /** Messages a newcomer is shown (S32). */
  readonly history: number;
  /** Shortly after the start, who resumes had never left. */
  justStarted(): boolean;
  /** A fault that nobody waits for: it is logged. */
  failed(error: unknown): void;
}
