import type { ChannelLayer } from '../channels/layer/layer.ts';
import type { Rate } from '../channels/middleware/rate-limit.ts';
import type { Presence } from '../channels/presence/presence.ts';
import type { Store } from '../store/store.ts';
import type { Posting } from './messages/posting.ts';
import type { RoomStreams } from './realtime/room-streams.ts';
import type { RoomDirectory } from './rooms/room-directory.ts';
import type { RoomsFeed } from './rooms/room-updates.ts';
import type { Door } from './sessions/socket-admission.ts';

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
