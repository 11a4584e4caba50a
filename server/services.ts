import type { ChannelLayer } from '../channels/layer/layer.ts';
import { createMemoryLayer } from '../channels/layer/memory.ts';
import { createRedisLayer } from '../channels/layer/redis.ts';
import { faultLine, type Log } from '../channels/log.ts';
import { createMemoryPresence } from '../channels/presence/memory.ts';
import type { Presence } from '../channels/presence/presence.ts';
import { createRedisPresence } from '../channels/presence/redis.ts';
import { connectRedis } from '../channels/redis/bus.ts';
import type { MoveSource, MoveTarget } from '../store/move/end.ts';
import { openPostgresEnd } from '../store/postgres/move-end.ts';
import { openPostgresStore } from '../store/postgres/store.ts';
import { openSqliteSource, openSqliteTarget } from '../store/sqlite/move-end.ts';
import { openSqliteStore } from '../store/sqlite/store.ts';
import type { Store } from '../store/store.ts';
import { Accounts } from './accounts/accounts.ts';
import { RoomDirectory } from './rooms/room-directory.ts';
import type { Settings } from './settings.ts';

/** The store, the layer and the presence, and the services that the operator's commands need, with a server or without. */
export interface Services {
  readonly store: Store;
  readonly layer: ChannelLayer;
  readonly presence: Presence;
  readonly accounts: Accounts;
  readonly directory: RoomDirectory;
  /** Resolves when the store has failed; nothing is acknowledged after that. */
  readonly failed: Promise<Error>;
  close(): Promise<void>;
}

/** The one place that chooses the backends. */
export async function openServices(settings: Settings, log: Log): Promise<Services> {
  const { promise: failed, resolve: onFatal } = Promise.withResolvers<Error>();
  const store = await openStore(settings, log, onFatal);
  const { layer, presence, stop } = await openRealtime(settings, log);
  return {
    store,
    layer,
    presence,
    accounts: new Accounts({ store, layer, settings }),
    directory: new RoomDirectory(store.rooms, layer),
    failed,
    close: async () => {
      await stop();
      await store.close();
    },
  };
}

/** `place`: a data directory, or the address of a PostgreSQL. Throws a StoreError. */
export async function openMoveSource(place: string): Promise<MoveSource> {
  return isPostgres(place) ? openPostgresEnd(place) : openSqliteSource(place);
}

export async function openMoveTarget(place: string): Promise<MoveTarget> {
  return isPostgres(place) ? openPostgresEnd(place) : openSqliteTarget(place);
}

function isPostgres(place: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(place);
}

function openStore(settings: Settings, log: Log, onFatal: (error: Error) => void): Promise<Store> {
  const { databaseUrl: url, data } = settings;
  if (url === null) return openSqliteStore({ data, onFatal });
  return openPostgresStore({ url, warn: log.warn, failed: (error) => log.error(faultLine(error)) });
}

interface Realtime {
  readonly layer: ChannelLayer;
  readonly presence: Presence;
  stop(): Promise<void>;
}

async function openRealtime({ redisUrl: url, leaveGraceMs: graceMs }: Settings, log: Log): Promise<Realtime> {
  if (url === null) {
    const [layer, presence] = [createMemoryLayer(log), createMemoryPresence({ graceMs, log })];
    return { layer, presence, stop: () => presence.stop().then(() => layer.stop()) };
  }
  const bus = await connectRedis({ url, log });
  const [layer, presence] = [createRedisLayer(bus, log), createRedisPresence(bus, { graceMs, log })];
  const stop = async (): Promise<void> => {
    await presence.stop();
    await layer.stop();
    await bus.stop();
  };
  return { layer, presence, stop };
}
