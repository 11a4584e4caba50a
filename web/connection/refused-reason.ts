import type { ConnectionEnd } from '../../client/connection.ts';
import { isRecord } from '../../protocol/shape.ts';
import { isAboutCurrentUser } from '../api/current-user.ts';
import { get } from '../api/http.ts';
import { type RoomSlug, roomApiPath } from '../browser/urls.ts';

/** A browser does not tell why a socket was refused, so the server is asked by another road. */
export async function refusedReason(place: RoomSlug | null): Promise<'wait' | Exclude<ConnectionEnd, 'stopped'>> {
  const { status, body } = await get('/account/me');
  if (status !== 200 || !isRecord(body)) return 'wait';
  if (!isAboutCurrentUser(body)) return 'signed-out';
  return place === null ? 'wait' : refusedRoomReason(place);
}

async function refusedRoomReason(place: string): Promise<'wait' | Exclude<ConnectionEnd, 'stopped'>> {
  const { status } = await get(roomApiPath(place));
  if (status === 401) return 'signed-out';
  if (status === 403) return 'forbidden';
  return status === 404 ? 'gone' : 'wait';
}
