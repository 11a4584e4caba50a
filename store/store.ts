/**
 * What is stored, and the promises about it. Every backend keeps the same promises; one contract suite
 * (tests/contracts/store.ts) is run on each of them.
 *
 * - A write that was answered is durable: it survives a kill of the process and a loss of power.
 * - Every change of a room (a message, an edit, a deletion) takes the room's next number inside the transaction that
 *   makes it: without gaps, in commit order. A refused or duplicate write takes none.
 * - `post`, `edit` and `delete` return their refusals; any other refused write rejects with a Refusal (`busy`,
 *   `storage_full`), an impossible one (a session for a user who does not exist) with an Error.
 * - Writes are answered in the order in which they were requested. If the queue is full, a write is refused immediately.
 * - A write that fails refuses only itself. A full disk refuses the whole batch (`storage_full`), a full queue the new
 *   write (`busy`); nothing of a refused write is stored.
 * - An (author, nonce) pair names one message for ever: a second write with it returns the stored message.
 * - The id of a user or a room is given once, also after a deletion.
 * - A read sees whole commits. The result of `changedSince` is complete up to the head at which it was read.
 * - Times are milliseconds since 1970. They order nothing.
 */
export interface Store {
  /** Created with the database. A different epoch means: the history does not continue the one that a client knows. */
  readonly epoch: string;
  /** 32 random bytes, created with the database: for tokens that every process must be able to check. */
  readonly secret: Uint8Array;
  readonly messages: Messages;
  readonly rooms: Rooms;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly drillRoom: DrillRoomStore;
  /** Writes a complete, consistent copy to a file that does not exist yet. The copy has its own epoch. */
  snapshot(file: string): Promise<void>;
  /** Commits the queued writes, then closes. Later writes are refused with `busy`. */
  close(): Promise<void>;
}

export interface Message {
  readonly roomId: number;
  readonly seq: number;
  /** The number of its last change; `seq` if it never changed. */
  readonly changed: number;
  readonly authorId: number;
  readonly author: string;
  readonly nonce: string | null;
  /** Empty when deleted. */
  readonly body: string;
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
}

export interface Author {
  readonly id: number;
  readonly name: string;
}

export interface NewMessage {
  readonly roomId: number;
  readonly author: Author;
  readonly nonce: string | null;
  readonly body: string;
}

/**
 * A change of a message, and the user who requests it. Rights are checked when the change is applied: an administrator
 * may delete (not edit) messages of others, a disabled user may do nothing.
 */
export interface MessageEdit {
  readonly roomId: number;
  readonly seq: number;
  readonly by: Author;
}

export type WriteResult =
  /** The room has changed: to be broadcast. */
  | { readonly kind: 'applied'; readonly message: Message }
  /** Nothing has changed: the message as it is stored. */
  | { readonly kind: 'duplicate'; readonly message: Message }
  | { readonly kind: 'refused'; readonly code: WriteRefusal /** ms */; readonly retryAfter?: number };

export type WriteRefusal = 'nonce_conflict' | 'not_found' | 'forbidden' | 'busy' | 'storage_full';

export interface Messages {
  /** If the author does not exist or is disabled: `forbidden`. */
  post(message: NewMessage): Promise<WriteResult>;
  /** An edit to the present text is a duplicate. If the message is deleted: `not_found`. */
  edit(edit: MessageEdit & { readonly body: string }): Promise<WriteResult>;
  /** A second deletion is a duplicate. */
  delete(edit: MessageEdit): Promise<WriteResult>;
  /** The number of the room's last change. */
  head(roomId: number): Promise<number>;
  /** The same for several rooms; a room that does not exist is left out. */
  heads(roomIds: readonly number[]): Promise<Map<number, number>>;
  /** The last messages with `seq <= upTo` that are not deleted, oldest first. */
  latest(roomId: number, limit: number, upTo: number): Promise<Message[]>;
  /** The nearest messages before `seq` that are not deleted, oldest first. */
  before(roomId: number, seq: number, limit: number): Promise<Message[]>;
  /** The nearest messages after `seq` that are not deleted, oldest first. */
  after(roomId: number, seq: number, limit: number): Promise<Message[]>;
  /** Rows with `changed > after` and `seq <= upTo`, deleted ones too, in the order of `changed`. */
  changedSince(roomId: number, after: number, upTo: number, limit: number): Promise<Message[]>;
}

export interface Room {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly topic: string;
  readonly createdBy: number | null;
  /** The number of its last change, 0 if there was none. */
  readonly head: number;
  /** `seq` of its last message, deleted or not; 0 if there is none. */
  readonly last: number;
}

export interface Rooms {
  /** Without drill rooms. Ordered by name (as the database compares them), after the room with this slug; at most `limit`. */
  list(limit: number, afterSlug?: string): Promise<Room[]>;
  bySlug(slug: string): Promise<Room | null>;
  byId(id: number): Promise<Room | null>;
  /** Its creator has a read mark in it from the start. */
  create(room: { slug: string; name: string; topic: string; createdBy: number | null }): Promise<Room | 'taken'>;
  update(id: number, change: { name?: string; topic?: string }): Promise<Room | null>;
  /**
   * Moves the read mark forward, never back; returns its new position. It stops at the last message. A mark at 0 in an
   * empty room says that the user was there before the first message.
   */
  markRead(roomId: number, userId: number, seq: number): Promise<number>;
  /**
   * For each room the user's read mark (null: none), and how many messages of others that are not deleted come after it:
   * at most `cap`, among the last UNREAD_SCAN that are not deleted. The count is too low only if the user wrote more than
   * UNREAD_SCAN - `cap` of those.
   */
  unread(
    userId: number,
    roomIds: readonly number[],
    cap: number,
  ): Promise<Map<number, { read: number | null; unread: number }>>;
}

/** Bounds the count for a user who wrote very much and read nothing: it must not delay the other users. */
export const UNREAD_SCAN = 1_000;

export type Role = 'member' | 'administrator';

export interface User {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly createdAt: number;
  readonly disabledAt: number | null;
}

export interface NewUser {
  readonly name: string;
  /** The name with case, width and look-alikes folded; unique. */
  readonly nameKey: string;
  readonly passwordHash: string;
  readonly role: Role;
}

/** Whatever makes an administrator (`create`, `createWithSetupToken`, `setRole`) uses up the set-up token in the same write. */
export interface Users {
  create(user: NewUser): Promise<User | 'taken'>;
  /** Makes the account only while this is the hash of the set-up token. */
  createWithSetupToken(user: NewUser, tokenHash: string): Promise<User | 'taken' | 'invalid_token'>;
  byId(id: number): Promise<User | null>;
  byNameKey(nameKey: string): Promise<User | null>;
  setPassword(id: number, passwordHash: string): Promise<void>;
  setRole(id: number, role: Role): Promise<void>;
  /** Disabling ends all sessions of the user; returns the hashes of the ended ones. */
  setDisabled(id: number, disabled: boolean): Promise<string[]>;
  /** Without the bots of a drill room. */
  count(): Promise<number>;
  /** The hash of the one-time set-up token; null once it was used. */
  setupTokenHash(): Promise<string | null>;
  setSetupTokenHash(hash: string | null): Promise<void>;
}

export interface Session {
  /** SHA-256 of the token, hex. The token itself exists only in its cookie. */
  readonly tokenHash: string;
  readonly userId: number;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
  /** Where it was started, as `Firefox · Linux`; empty when unknown. */
  readonly device: string;
}

export type NewSession = Omit<Session, 'createdAt' | 'seenAt'>;

export interface Sessions {
  create(session: NewSession): Promise<void>;
  /** The session and its user; null when the session ended or expired, or the user is disabled. */
  find(tokenHash: string): Promise<{ session: Session; user: User } | null>;
  /** Those that `find` would return. */
  existing(tokenHashes: readonly string[]): Promise<Set<string>>;
  touch(tokenHash: string, expiresAt: number): Promise<void>;
  ofUser(userId: number): Promise<Session[]>;
  end(tokenHash: string): Promise<void>;
  /** Ends all sessions of a user but one; returns the hashes of the ended ones. */
  endOthers(userId: number, keep: string | null): Promise<string[]>;
}

/**
 * A temporary room and its bots, to test a server with. Their ids are negative and random: lists and broadcasts of rooms
 * exclude them by that, and none of their ids is given again.
 */
export interface DrillRoomStore {
  /** With a session for each bot; `taken` while another drill room exists. */
  create(room: NewDrillRoom): Promise<'created' | 'taken'>;
  /** The slug of the existing one. */
  find(): Promise<string | null>;
  /** Ends the sessions of all bots; returns the hashes of the ended ones. */
  endSessions(): Promise<string[]>;
  /** Deletes all of it in small steps, so that writers hardly wait. No bot may write meanwhile. */
  cleanUp(): Promise<void>;
}

export interface NewDrillRoom {
  readonly slug: string;
  readonly name: string;
  readonly bots: readonly { readonly name: string; readonly tokenHash: string }[];
  readonly expiresAt: number;
}

export function isDrillRoom(id: number): boolean {
  return id < 0;
}
