import type { Ending } from '../../client/connection.ts';
import { isRecord } from '../../protocol/shape.ts';
import { isAboutPageUser } from '../api/current-user.ts';
import { get } from '../api/http.ts';
import { apiOf, type Place } from '../browser/urls.ts';

/** A browser does not tell why a socket was refused, so the server is asked by another road. */
export async function verdictOn(place: Place): Promise<'wait' | Exclude<Ending, 'stopped'>> {
  const { status, body } = await get('/account/me');
  if (status !== 200 || !isRecord(body)) return 'wait';
  if (!isAboutPageUser(body)) return 'signed-out';
  return place === null ? 'wait' : verdictOnRoom(place);
}

async function verdictOnRoom(place: string): Promise<'wait' | Exclude<Ending, 'stopped'>> {
  const { status } = await get(apiOf(place));
  if (status === 401) return 'signed-out';
  if (status === 403) return 'forbidden';
  return status === 404 ? 'gone' : 'wait';
}
