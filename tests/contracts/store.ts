/** The promises of store/store.ts as tests, to be run on every backend. */
import { describe } from 'bun:test';
import { drillRoomPromises } from './store-drill-room.ts';
import { messagePromises } from './store-messages.ts';
import { readingPromises } from './store-reading.ts';
import { roomPromises } from './store-rooms.ts';
import type { OpenStore } from './store-scene.ts';
import { userPromises } from './store-users.ts';

export function storeContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`store on ${name}`, () => {
    messagePromises(open);
    readingPromises(open);
    roomPromises(open);
    userPromises(open);
    describe('a drill room', () => drillRoomPromises(open));
  });
}
