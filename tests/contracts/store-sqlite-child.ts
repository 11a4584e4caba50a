/** Posts for ever, and prints each answer at once: `<nonce> <seq>`, one per line. Killed by its test. */
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../store/sqlite/store.ts';

const WRITERS = 20;
const [, , data = '', run = ''] = process.argv;

const store = await openSqliteStore({ data });
const author = (await store.users.byNameKey('ann')) ?? (await signUp());
const room = await store.rooms.bySlug('general');
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => post(writer)));

async function signUp() {
  const user = await store.users.create({ name: 'Ann', nameKey: 'ann', passwordHash: 'x', role: 'member' });
  if (user === 'taken') throw new Error('taken');
  return user;
}

async function post(writer: number): Promise<void> {
  for (let n = 1; ; n += 1) {
    const nonce = `${run}-${writer}-${n}`;
    const message = { roomId: room?.id ?? 0, author, nonce, body: `text of ${nonce}` };
    const result = await store.messages.post(message);
    if (result.kind === 'applied') writeSync(1, `${nonce} ${result.message.seq}\n`);
  }
}
