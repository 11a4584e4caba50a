import type { ChannelLayer } from '../channels/layer/layer.ts';
import { createMemoryLayer } from '../channels/layer/memory.ts';
import type { Log } from '../channels/log.ts';
import { createMemoryPresence } from '../channels/presence/memory.ts';
import type { Presence } from '../channels/presence/presence.ts';
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
  const store = await openSqliteStore({ data: settings.data, onFatal });
  const layer = createMemoryLayer(log);
  const presence = createMemoryPresence({ graceMs: settings.leaveGraceMs, log });
  return {
    store,
    layer,
    presence,
    accounts: new Accounts({ store, layer, settings }),
    directory: new RoomDirectory(store.rooms, layer),
    failed,
    close: async () => {
      await presence.stop();
      await layer.stop();
      await store.close();
    },
  };
}
