import { describe, expect, test } from 'bun:test';
import { applied, duplicate, expectRefused, numbers, type OpenStore, roomOf, scene, upTo } from './store-scene.ts';

export function messagePromises(open: () => Promise<OpenStore>): void {
  describe('posting', () => posting(open));
  describe('repeating', () => repeating(open));
  describe('editing', () => editing(open));
  describe('deleting', () => deleting(open));
  describe('being disabled', () => beingDisabled(open));
}

function posting(open: () => Promise<OpenStore>): void {
  const salon = scene(open);

  test('S33: a message is kept with its text, author, room and time', async () => {
    const before = Date.now();
    const message = applied(await salon.post(salon.ann, 'Grüße, 👋\nzwei Zeilen', 'n1'));
    expect(message).toMatchObject({ roomId: salon.room.id, seq: 1, changed: 1, nonce: 'n1' });
    expect(message).toMatchObject({ authorId: salon.ann.id, author: 'Ann', body: 'Grüße, 👋\nzwei Zeilen' });
    expect(message).toMatchObject({ editedAt: null, deletedAt: null });
    expect(message.createdAt).toBeGreaterThanOrEqual(before);
    expect(message.createdAt).toBeLessThanOrEqual(Date.now());
    expect(await salon.store.messages.latest(salon.room.id, 10, 10)).toEqual([message]);
  });

  test('messages posted at once take the numbers 1, 2, 3 … in the order in which they were asked for', async () => {
    const bodies = upTo(500).map((n) => `message ${n}`);
    const written = await Promise.all(bodies.map((body) => salon.post(salon.ann, body)));
    expect(written.map((each) => applied(each).seq)).toEqual(upTo(500));
    expect(written.map((each) => applied(each).body)).toEqual(bodies);
    expect(await salon.store.messages.head(salon.room.id)).toBe(500);
  });

  test('answers come in the order in which the writes were asked for, whatever they are', async () => {
    const order: number[] = [];
    const asked = [
      salon.post(salon.ann, 'one', 'n'),
      salon.store.users.setRole(salon.bob.id, 'administrator'),
      salon.post(salon.ann, 'one', 'n'),
      salon.store.rooms.create({ slug: 'x', name: 'X', topic: '', createdBy: null }),
      salon.post(salon.ann, 'other', 'n'),
      salon.store.messages.edit({ roomId: salon.room.id, seq: 1, by: salon.ann, body: 'two' }),
      salon.store.messages.delete({ roomId: salon.room.id, seq: 9, by: salon.ann }),
      salon.post(salon.ann, 'last'),
    ];
    await Promise.all(asked.map((answer, index) => answer.then(() => order.push(index))));
    expect(order).toEqual(asked.map((_, index) => index));
  });

  test('each room counts for itself', async () => {
    const random = await roomOf(salon.store, 'random');
    const written = await Promise.all(
      upTo(20).map((n) => salon.post(salon.ann, `m${n}`, null, n % 2 === 0 ? random : salon.room)),
    );
    expect(written.map((each) => applied(each).seq)).toEqual(upTo(20).map((n) => Math.ceil(n / 2)));
  });

  test('a message for a missing room, or by a missing user, is refused and takes no number from the others', async () => {
    const nowhere = { ...salon.room, id: 4711 };
    const nobody = { id: 4711, name: 'Nobody' };
    const [first, lost, forged, second] = await Promise.all([
      salon.post(salon.ann, 'first'),
      salon.post(salon.ann, 'lost', 'n1', nowhere),
      salon.post(nobody, 'forged', 'n2'),
      salon.post(salon.ann, 'second'),
    ]);
    expectRefused(lost, 'not_found');
    expectRefused(forged, 'forbidden');
    expect([applied(first).seq, applied(second).seq]).toEqual([1, 2]);
  });

  test('a message that was answered can be read at once', async () => {
    for (const n of upTo(20)) {
      await salon.post(salon.ann, `m${n}`);
      expect(await salon.store.messages.head(salon.room.id)).toBe(n);
      expect(numbers(await salon.store.messages.latest(salon.room.id, 1, n))).toEqual([n]);
    }
  });
}

function repeating(open: () => Promise<OpenStore>): void {
  const salon = scene(open);

  test('a message sent again is given back as it is stored, and burns no number', async () => {
    const first = applied(await salon.post(salon.ann, 'hello', 'n1'));
    expect(duplicate(await salon.post(salon.ann, 'hello', 'n1'))).toEqual(first);
    expect(applied(await salon.post(salon.ann, 'next', 'n2')).seq).toBe(2);
  });

  test('1,000 messages sent twice at once are 1,000 messages: the highest number is their count', async () => {
    const twice = upTo(1_000).flatMap((n) => [n, n]);
    const written = await Promise.all(twice.map((n) => salon.post(salon.ann, `m${n}`, `n${n}`)));
    for (const n of upTo(1_000)) {
      const [first, second] = [written[2 * n - 2], written[2 * n - 1]];
      if (first === undefined || second === undefined) throw new Error('not all were answered');
      expect(duplicate(second)).toEqual(applied(first));
    }
    const stored = await salon.store.messages.changedSince(salon.room.id, 0, 5_000, 5_000);
    expect(numbers(stored)).toEqual(upTo(1_000));
    expect(await salon.store.messages.head(salon.room.id)).toBe(1_000);
  });

  test('a nonce with another text, or for another room, is refused and reveals nothing of the first', async () => {
    await salon.post(salon.ann, 'hello', 'n1');
    const otherText = await salon.post(salon.ann, 'goodbye', 'n1');
    const otherRoom = await salon.post(salon.ann, 'hello', 'n1', await roomOf(salon.store, 'random'));
    expect(otherText).toEqual({ kind: 'refused', code: 'nonce_conflict' });
    expect(otherRoom).toEqual({ kind: 'refused', code: 'nonce_conflict' });
    expect(await salon.store.messages.head(salon.room.id)).toBe(1);
  });

  test("two users' messages may have the same nonce", async () => {
    await salon.post(salon.ann, "Ann's", 'n1');
    expect(applied(await salon.post(salon.bob, "Bob's", 'n1')).seq).toBe(2);
  });

  test('without a nonce the same text twice is two messages', async () => {
    await salon.post(salon.ann, 'hello');
    expect(applied(await salon.post(salon.ann, 'hello')).seq).toBe(2);
  });

  test('the original text is a duplicate after edits, the edited text is not, and the present state is returned', async () => {
    await salon.post(salon.ann, 'first', 'n1');
    const revision = { roomId: salon.room.id, seq: 1, by: salon.ann };
    await salon.store.messages.edit({ ...revision, body: 'second' });
    const third = applied(await salon.store.messages.edit({ ...revision, body: 'third' }));
    expect(duplicate(await salon.post(salon.ann, 'first', 'n1'))).toEqual(third);
    expectRefused(await salon.post(salon.ann, 'second', 'n1'), 'nonce_conflict');
    expectRefused(await salon.post(salon.ann, 'third', 'n1'), 'nonce_conflict');
  });

  test('a message deleted since is a duplicate too, and its text does not come back', async () => {
    await salon.post(salon.ann, 'secret', 'n1');
    const gone = applied(await salon.store.messages.delete({ roomId: salon.room.id, seq: 1, by: salon.ann }));
    expect(duplicate(await salon.post(salon.ann, 'secret', 'n1'))).toEqual(gone);
    expectRefused(await salon.post(salon.ann, '', 'n1'), 'nonce_conflict');
  });

  test('a duplicate is recognised after the store was closed and opened', async () => {
    const first = applied(await salon.post(salon.ann, 'hello', 'n1'));
    await salon.reopen();
    expect(duplicate(await salon.post(salon.ann, 'hello', 'n1'))).toEqual(first);
  });
}

function editing(open: () => Promise<OpenStore>): void {
  const salon = scene(open);
  const edit = (seq: number, body: string, by = salon.ann) =>
    salon.store.messages.edit({ roomId: salon.room.id, seq, by, body });

  test("an edit takes the room's next number and keeps the message's own", async () => {
    const first = applied(await salon.post(salon.ann, 'helo', 'n1'));
    await salon.post(salon.bob, 'hi');
    const edited = applied(await edit(1, 'hello'));
    expect(edited).toEqual({ ...first, body: 'hello', changed: 3, editedAt: edited.editedAt });
    expect(edited.editedAt).toBeGreaterThanOrEqual(first.createdAt);
    expect(applied(await salon.post(salon.bob, 'bye')).seq).toBe(4);
  });

  test('no user edits the message of another, not even an administrator', async () => {
    await salon.post(salon.ann, 'mine');
    expectRefused(await edit(1, 'yours', salon.bob), 'forbidden');
    await salon.store.users.setRole(salon.bob.id, 'administrator');
    expectRefused(await edit(1, 'yours', salon.bob), 'forbidden');
    expect(await salon.store.messages.head(salon.room.id)).toBe(1);
  });

  test('the same text again is a duplicate and takes no number', async () => {
    await salon.post(salon.ann, 'hello');
    const edited = applied(await edit(1, 'hello!'));
    expect(duplicate(await edit(1, 'hello!'))).toEqual(edited);
    expect(await salon.store.messages.head(salon.room.id)).toBe(2);
  });

  test('what was never written or is deleted cannot be edited', async () => {
    expectRefused(await edit(1, 'hello'), 'not_found');
    await salon.post(salon.ann, 'hello');
    await salon.store.messages.delete({ roomId: salon.room.id, seq: 1, by: salon.ann });
    expectRefused(await edit(1, 'hello again'), 'not_found');
    expectRefused(await edit(2, 'a number that was a change, not a message'), 'not_found');
  });
}

function deleting(open: () => Promise<OpenStore>): void {
  const salon = scene(open);
  const remove = (seq: number, by = salon.ann) => salon.store.messages.delete({ roomId: salon.room.id, seq, by });

  test("a deletion takes the room's next number and leaves nothing of the text", async () => {
    await salon.post(salon.ann, 'regretted', 'n1');
    const gone = applied(await remove(1));
    expect(gone).toMatchObject({ seq: 1, changed: 2, body: '', author: 'Ann', nonce: 'n1' });
    expect(gone.deletedAt).toBeNumber();
    expect(await salon.store.messages.changedSince(salon.room.id, 0, 2, 10)).toEqual([gone]);
  });

  test('only the author and an administrator delete', async () => {
    await salon.post(salon.ann, 'one');
    expectRefused(await remove(1, salon.bob), 'forbidden');
    await salon.store.users.setRole(salon.bob.id, 'administrator');
    expect(applied(await remove(1, salon.bob)).author).toBe('Ann');
  });

  test('a former administrator deletes no messages of others from the moment the role is gone', async () => {
    await salon.store.users.setRole(salon.bob.id, 'administrator');
    await Promise.all([salon.post(salon.ann, 'one'), salon.post(salon.ann, 'two')]);
    const [first, , second] = await Promise.all([
      remove(1, salon.bob),
      salon.store.users.setRole(salon.bob.id, 'member'),
      remove(2, salon.bob),
    ]);
    expect(applied(first).seq).toBe(1);
    expectRefused(second, 'forbidden');
    expect(await salon.store.messages.head(salon.room.id)).toBe(3);
  });

  test('a second deletion is a duplicate, a message that never existed is not found', async () => {
    await salon.post(salon.ann, 'one');
    const gone = applied(await remove(1));
    expect(duplicate(await remove(1))).toEqual(gone);
    expectRefused(await remove(7), 'not_found');
    expect(await salon.store.messages.head(salon.room.id)).toBe(2);
  });
}

function beingDisabled(open: () => Promise<OpenStore>): void {
  const salon = scene(open);

  test('a disabled user neither posts, edits nor deletes, not even by a request of the same moment', async () => {
    const { messages, users } = salon.store;
    await users.setRole(salon.bob.id, 'administrator');
    await Promise.all([salon.post(salon.ann, "Ann's"), salon.post(salon.bob, "Bob's", 'n1')]);
    const revision = (seq: number) => ({ roomId: salon.room.id, seq, by: salon.bob });
    const disabling = users.setDisabled(salon.bob.id, true);
    const refused = await Promise.all([
      salon.post(salon.bob, 'more', 'n2'),
      salon.post(salon.bob, "Bob's", 'n1'),
      messages.edit({ ...revision(2), body: 'other' }),
      messages.delete(revision(2)),
      messages.delete(revision(1)),
    ]);
    await disabling;
    for (const each of refused) expectRefused(each, 'forbidden');
    expect(await messages.head(salon.room.id)).toBe(2);
    await users.setDisabled(salon.bob.id, false);
    expect(applied(await salon.post(salon.bob, 'more', 'n2')).seq).toBe(3);
  });
}
