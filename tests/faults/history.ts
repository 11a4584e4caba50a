import type { Kept } from '../../chat/drill/entry.ts';
import { keptHistory } from '../../chat/drill/kept-history.ts';
import type { Person } from '../support/person.ts';

export function wholeHistory(reader: Person, room = 'general'): Promise<Kept[]> {
  return keptHistory(async (path) => (await reader.get(path)).json(), room);
}
