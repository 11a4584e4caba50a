/** The steps of the store's contract tests. */
import { afterEach, beforeEach, expect } from 'bun:test';
import type { Author, Message, Room, Store, User, WriteResult } from '../../store/store.ts';

/** A new, empty store. */
export interface OpenStore {
  readonly store: Store;
  /** Closes the store and opens the same one again. */
  reopen(): Promise<Store>;
  /** Deletes one row behind the store's back, as a deletion of users or rooms will. */
  deleteRow(table: 'users' | 'rooms', id: number): Promise<void>;
  /** Closes the store and deletes its data. */
  dispose(): Promise<void>;
}

export interface Scene {
  readonly store: Store;
  /** Two members, and a room that every new store has. */
  readonly ann: User;
  readonly bob: User;
  readonly room: Room;
  reopen(): Promise<void>;
  deleteRow: OpenStore['deleteRow'];
  post(author: Author, body: string, nonce?: string | null, room?: Room): Promise<WriteResult>;
}

/** A fresh scene for each test of the block this is called in. */
export function scene(open: () => Promise<OpenStore>): Scene {
  let opened: OpenStore;
  let store: Store;
  let users: { ann: User; bob: User; room: Room };
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    users = { ann: await signUp(store, 'Ann'), bob: await signUp(store, 'Bob'), room: await roomOf(store, 'general') };
  });
  afterEach(() => opened.dispose());
  return {
    get store() {
      return store;
    },
    get ann() {
      return users.ann;
    },
    get bob() {
      return users.bob;
    },
    get room() {
      return users.room;
    },
    async reopen() {
      store = await opened.reopen();
    },
    deleteRow: (table, id) => opened.deleteRow(table, id),
    post: (author, body, nonce = null, room = users.room) =>
      store.messages.post({ roomId: room.id, author, nonce, body }),
  };
}

export async function signUp(store: Store, name: string): Promise<User> {
  const user = await store.users.create({ name, nameKey: name.toLowerCase(), passwordHash: 'hash', role: 'member' });
  if (user === 'taken') throw new Error(`${name} is taken`);
  return user;
}

export async function roomOf(store: Store, slug: string): Promise<Room> {
  const room = await store.rooms.bySlug(slug);
  if (room === null) throw new Error(`there is no room ${slug}`);
  return room;
}

/** The message of a write; fails unless the write was applied. */
export function applied(result: WriteResult): Message {
  if (result.kind !== 'applied') throw new Error(`not applied: ${JSON.stringify(result)}`);
  return result.message;
}

/** The message of a write; fails unless the write was a duplicate. */
export function duplicate(result: WriteResult): Message {
  if (result.kind !== 'duplicate') throw new Error(`not a duplicate: ${JSON.stringify(result)}`);
  return result.message;
}

export function expectRefused(result: WriteResult, code: string): void {
  expect(result).toMatchObject({ kind: 'refused', code });
}

export function numbers(messages: readonly Message[]): number[] {
  return messages.map((message) => message.seq);
}

export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
