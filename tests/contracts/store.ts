/** The promises of store/store.ts as tests, to be run on every backend. */
import { describe } from 'bun:test';
import { drillRoomPromises } from './store-drill-room.ts';
import { messagePromises } from './store-messages.ts';
import { readingPromises } from './store-reading.ts';
import { roomPromises } from './store-rooms.ts';
import type { OpenStore } from './store-scene.ts';
import { userPromises } from './store-users.ts';

/** `drills`: whether it can hold a drill room. */
export function storeContract(
  name: string,
  open: () => Promise<OpenStore>,
  { drills }: { readonly drills: boolean },
): void {
  describe(`store on ${name}`, () => {
    messagePromises(open);
    readingPromises(open);
    roomPromises(open);
    userPromises(open);
    if (drills) describe('a drill room', () => drillRoomPromises(open));
  });
}
