import type { ConnectionEnd } from '../../client/connection.ts';
import { isRecord } from '../../protocol/shape.ts';
import { isAboutCurrentUser } from '../api/current-user.ts';
import { get } from '../api/http.ts';
import { type RoomSlug, roomApiPath } from '../browser/urls.ts';

/** A browser does not say why a socket was refused, so the reason is asked for over HTTP. */
export async function refusedReason(room: RoomSlug | null): Promise<'wait' | Exclude<ConnectionEnd, 'stopped'>> {
  const { status, body } = await get('/account/me');
  if (status !== 200 || !isRecord(body)) return 'wait';
  if (!isAboutCurrentUser(body)) return 'signed-out';
  return room === null ? 'wait' : refusedRoomReason(room);
}

async function refusedRoomReason(room: RoomSlug): Promise<'wait' | Exclude<ConnectionEnd, 'stopped'>> {
  const { status } = await get(roomApiPath(room));
  if (status === 401) return 'signed-out';
  if (status === 403) return 'forbidden';
  return status === 404 ? 'gone' : 'wait';
}
