import { type Place, questionsOf } from './address.ts';
import { get } from './ajax.ts';
import type { Ending } from './connection.ts';
import { isRecord } from './shape.ts';

/** A browser does not tell why a socket was refused, so the server is asked by another road. */
export async function verdictOn(place: Place): Promise<'wait' | Exclude<Ending, 'stopped'>> {
  const me = await get('/account/me');
  if (me.status !== 200 || !isRecord(me.body)) return 'wait';
  if (me.body.user === null) return 'signed-out';
  return place === null ? 'wait' : verdictOnRoom(place);
}

async function verdictOnRoom(place: string): Promise<'wait' | Exclude<Ending, 'stopped'>> {
  const { status } = await get(`${questionsOf(place)}/messages?before=1&limit=1`);
  if (status === 401) return 'signed-out';
  if (status === 403) return 'forbidden';
  return status === 404 ? 'gone' : 'wait';
}
