import { fetchHistory } from '../../../client/history.ts';
import type { StoredMessage } from '../../../client/journal.ts';
import type { Person } from '../../support/person.ts';

export function wholeHistory(reader: Person, room = 'general'): Promise<StoredMessage[]> {
  return fetchHistory(async (path) => (await reader.get(path)).json(), room);
}
