import type { Clock } from '../../client/clock.ts';
import { Connection, type ConnectionState } from '../../client/connection.ts';
import { openWebSocket } from '../../client/socket.ts';
import { type RoomSlug, socketUrl } from '../browser/urls.ts';
import { refusedReason } from './refused-reason.ts';

export interface PageConnectionParts {
  readonly clock: Clock;
  readonly onText: (text: string) => void;
  readonly onStateChange: (state: ConnectionState) => void;
}

/** `path` is read at every attempt. */
export function createConnection(room: RoomSlug | null, path: () => string, listener: PageConnectionParts): Connection {
  return new Connection({
    ...listener,
    random: Math.random,
    openSocket: openWebSocket,
    address: () => socketUrl(location, path()),
    refusedReason: () => refusedReason(room),
  });
}
