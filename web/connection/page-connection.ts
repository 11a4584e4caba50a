import type { Clock } from '../../client/clock.ts';
import { Connection, type ConnectionState } from '../../client/connection.ts';
import { openPageSocket } from '../../client/socket.ts';
import { type RoomSlug, socketUrl } from '../browser/urls.ts';
import { refusedReason } from './refused-reason.ts';

export interface PageConnectionListener {
  readonly clock: Clock;
  readonly heard: (text: string) => void;
  readonly changed: (state: ConnectionState) => void;
}

/** `path` is read at every attempt. */
export function createConnection(place: RoomSlug | null, path: () => string, ears: PageConnectionListener): Connection {
  return new Connection({
    ...ears,
    random: Math.random,
    open: openPageSocket,
    address: () => socketUrl(location, path()),
    refusedReason: () => refusedReason(place),
  });
}
