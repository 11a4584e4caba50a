/** Posts for ever, and tells each answer as soon as it has it: `<nonce> <seq>`, a line each. Killed by its test. */
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../store/sqlite/store.ts';

const WRITERS = 20;
const [, , data = '', run = ''] = process.argv;

const store = await openSqliteStore({ data });
const author = (await store.users.byNameKey('ann')) ?? (await signUp());
const room = await store.rooms.bySlug('general');
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => post(writer)));

async function signUp() {
  const made = await store.users.create({ name: 'Ann', nameKey: 'ann', passwordHash: 'x', role: 'member' });
  if (made === 'taken') throw new Error('taken');
  return made;
}

async function post(writer: number): Promise<void> {
  for (let n = 1; ; n += 1) {
    const nonce = `${run}-${writer}-${n}`;
    const draft = { roomId: room?.id ?? 0, author, nonce, body: `text of ${nonce}` };
    const written = await store.messages.post(draft);
    if (written.kind === 'applied') writeSync(1, `${nonce} ${written.message.seq}\n`);
  }
}
