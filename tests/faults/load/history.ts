import { keptHistory } from '../../../client/history.ts';
import type { Kept } from '../../../client/journal.ts';
import type { Person } from '../../support/person.ts';

export function wholeHistory(reader: Person, room = 'general'): Promise<Kept[]> {
  return keptHistory(async (path) => (await reader.get(path)).json(), room);
}
