import type { ChannelLayer } from '../channels/layer/layer.ts';
import { faultLine, type Log } from '../channels/log.ts';
import { RateLimiter } from '../channels/middleware/rate-limit.ts';
import type { Presence } from '../channels/presence/presence.ts';
import type { Store } from '../store/store.ts';
import { Posting } from './messages/posting.ts';
import { RoomStreams } from './realtime/room-streams.ts';
import { StoreWatch } from './realtime/store-watch.ts';
import type { RoomDirectory } from './rooms/room-directory.ts';
import { RoomUpdates } from './rooms/room-updates.ts';
import type { Services } from './services.ts';
import { SessionSockets } from './sessions/session-sockets.ts';
import { SocketAdmission } from './sessions/socket-admission.ts';
import type { Settings } from './settings.ts';

/** Rooms that one user may make: each of them is in the list of all users. */
const ROOMS_AN_HOUR = 10;

/** The parts that the sockets and routes of the rooms are made from; each names those it uses. */
export interface ChatServices {
  readonly store: Store;
  readonly layer: ChannelLayer;
  readonly presence: Presence;
  readonly directory: RoomDirectory;
  readonly streams: RoomStreams;
  readonly posting: Posting;
  readonly roomUpdates: RoomUpdates;
  readonly rate: RateLimiter<number>;
  /** Of making rooms. */
  readonly roomRate: RateLimiter<number>;
  readonly admission: SocketAdmission;
  readonly version: string;
  /** Messages that a new member is sent (S32). */
  readonly history: number;
  /** Shortly after the start a resumed socket is not announced as a join: its user never left. */
  isJustStarted(): boolean;
  /** Logs an error of work that no caller awaits. */
  onError(error: unknown): void;
}

export interface OpenChatServices extends ChatServices {
  /** Refuses further messages; resolves when those accepted are stored and sent to every socket. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** `returnMs`: within this time after a restart all clients have reconnected. */
export async function openChatServices(
  services: Services,
  settings: Settings,
  about: { readonly version: string; readonly returnMs: number; readonly log: Log },
): Promise<OpenChatServices> {
  const { store, layer, presence, directory } = services;
  const onError = (error: unknown): void => about.log.error(faultLine(error));
  const roomUpdates = await new RoomUpdates(store.rooms, layer, presence, onError).open();
  const rate = new RateLimiter<number>({ perSecond: settings.messageRate, burst: settings.messageBurst });
  const posting = new Posting(store, layer, rate, (message) => roomUpdates.onMessageWritten(message));
  const streams = new RoomStreams(store, layer, presence, onError);
  const sessionSockets = new SessionSockets(store.sessions, layer, onError);
  const watch =
    settings.databaseUrl === null
      ? null
      : new StoreWatch(streams, sessionSockets, layer, onError, { hasRedis: settings.redisUrl !== null });
  const quietUntil = performance.now() + about.returnMs + settings.leaveGraceMs;
  return {
    store,
    layer,
    presence,
    directory,
    streams,
    posting,
    roomUpdates,
    rate,
    roomRate: new RateLimiter({ perSecond: settings.throttle ? ROOMS_AN_HOUR / 3_600 : 0, burst: ROOMS_AN_HOUR }),
    admission: new SocketAdmission(store.sessions, sessionSockets, settings.socketsPerPerson),
    version: about.version,
    history: settings.history,
    isJustStarted: () => performance.now() < quietUntil,
    onError,
    drain: async () => {
      await posting.stop();
      await streams.flush();
    },
    close: async () => {
      watch?.stop();
      sessionSockets.stop();
      await roomUpdates.close();
    },
  };
}
