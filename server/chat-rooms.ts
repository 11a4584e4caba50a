import type { ChannelLayer } from '../channels/layer/layer.ts';
import type { RateLimiter } from '../channels/middleware/rate-limit.ts';
import type { Presence } from '../channels/presence/presence.ts';
import type { Store } from '../store/store.ts';
import type { Posting } from './messages/posting.ts';
import type { RoomStreams } from './realtime/room-streams.ts';
import type { RoomDirectory } from './rooms/room-directory.ts';
import type { RoomUpdates } from './rooms/room-updates.ts';
import type { SocketAdmission } from './sessions/socket-admission.ts';

/** The parts that the rooms' sockets and routes work with; open-rooms.ts puts them together. */
export interface ChatServices {
  readonly store: Store;
  readonly layer: ChannelLayer;
  readonly presence: Presence;
  readonly directory: RoomDirectory;
  readonly streams: RoomStreams;
  readonly posting: Posting;
  readonly roomUpdates: RoomUpdates;
  readonly rate: RateLimiter<number>;
  /** For making rooms. */
  readonly roomRate: RateLimiter<number>;
  readonly admission: SocketAdmission;
  readonly version: string;
  /** Messages a newcomer is shown (S32). */
  readonly history: number;
  /** Shortly after the start, who resumes had never left. */
  justStarted(): boolean;
  /** A fault that nobody waits for: it is logged. */
  failed(error: unknown): void;
}
