/** What store/store.ts promises, asked of whatever keeps the promise. */
import { describe } from 'bun:test';
import { drillRoomPromises } from './store-drill-room.ts';
import { messagePromises } from './store-messages.ts';
import { personPromises } from './store-people.ts';
import { readingPromises } from './store-reading.ts';
import { roomPromises } from './store-rooms.ts';
import type { OpenStore } from './store-scene.ts';

export function storeContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`store on ${name}`, () => {
    messagePromises(open);
    readingPromises(open);
    roomPromises(open);
    personPromises(open);
    describe('a scratch room', () => drillRoomPromises(open));
  });
}
