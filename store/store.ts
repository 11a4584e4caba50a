/**
 * What is kept, and what is promised about it. SQLite keeps it; whatever database comes beside it keeps the same promise,
 * and one contract suite (tests/contracts/store.ts) holds it to that.
 *
 * - A write that was answered is durable: it survives a kill of the process and a loss of power.
 * - Every change of a room (a message, an edit, a deletion) takes the room's next number inside the transaction that
 *   makes it: gapless, in commit order. A write that is refused or repeated takes none.
 * - What `post`, `edit` and `delete` refuse they answer; another write that is refused rejects with a Refusal (`busy`,
 *   `storage_full`), one that cannot be (a session for a person who does not exist) with an Error.
 * - Answers to writes come in the order in which the writes were asked for (a refusal at the door comes at once).
 * - A write that cannot be done refuses only itself. A full disk refuses its whole batch (`storage_full`), a full queue
 *   refuses at the door (`busy`); nothing of what was refused is kept.
 * - An (author, nonce) pair names one message for ever: whoever sends it again is given the stored one.
 * - The id of a user or a room is given once: not even after a deletion does another one get it.
 * - A read sees whole commits. What `changedSince` returns is complete up to the head at which it was read.
 * - Times are milliseconds since 1970. They order nothing.
 */
export interface Store {
  /** Made with the database; another one means that history is no continuation of what a client knew. */
  readonly epoch: string;
  /** 32 random bytes, made with the database: for tokens that every process must be able to check. */
  readonly secret: Uint8Array;
  readonly messages: Messages;
  readonly rooms: Rooms;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly drillRoom: DrillRoomStore;
  /** Writes a whole, consistent copy to a file that does not exist yet. The copy has an epoch of its own. */
  snapshot(file: string): Promise<void>;
  /** Commits what waits, then closes. Writes asked for afterwards are refused with `busy`. */
  close(): Promise<void>;
}

export interface Message {
  readonly roomId: number;
  readonly seq: number;
  /** The number of its last change, `seq` if there was none. */
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
 * Who asks for a change of a message. What they may do goes by what they are when it is done: an administrator deletes
 * (not edits) what others wrote, the disabled do nothing.
 */
export interface MessageEdit {
  readonly roomId: number;
  readonly seq: number;
  readonly by: Author;
}

export type WriteResult =
  /** A change of the room: everybody is to see it. */
  | { readonly kind: 'applied'; readonly message: Message }
  /** Nothing new: this is what the message is now. */
  | { readonly kind: 'duplicate'; readonly message: Message }
  | { readonly kind: 'refused'; readonly code: WriteRefusal /** ms */; readonly retryAfter?: number };

export type WriteRefusal = 'nonce_conflict' | 'not_found' | 'forbidden' | 'busy' | 'storage_full';

export interface Messages {
  /** By nobody, or by somebody disabled: `forbidden`. */
  post(draft: NewMessage): Promise<WriteResult>;
  /** The same text again is a repeat. Of a deleted message: `not_found`. */
  edit(revision: MessageEdit & { readonly body: string }): Promise<WriteResult>;
  /** Deleting what is deleted is a repeat. */
  delete(revision: MessageEdit): Promise<WriteResult>;
  /** The number of the room's last change. */
  head(roomId: number): Promise<number>;
  /** The last messages with `seq <= upTo` that are not deleted, oldest first. */
  latest(roomId: number, limit: number, upTo: number): Promise<Message[]>;
  /** The messages before `seq` that are not deleted, the nearest ones, oldest first. */
  before(roomId: number, seq: number, limit: number): Promise<Message[]>;
  /** The messages after `seq` that are not deleted, the nearest ones, oldest first. */
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
  /** Without a scratch room. In the order of their names (as the database compares them), after the room with this slug; at most `limit`. */
  list(limit: number, afterSlug?: string): Promise<Room[]>;
  bySlug(slug: string): Promise<Room | null>;
  byId(id: number): Promise<Room | null>;
  /** Its maker has a mark in it from the beginning. */
  create(room: { slug: string; name: string; topic: string; createdBy: number | null }): Promise<Room | 'taken'>;
  update(id: number, change: { name?: string; topic?: string }): Promise<Room | null>;
  /**
   * Moves the mark forward, never back; answers where it is now. A mark past the last message stops at it: in an empty
   * room it stands at 0, and says that somebody was there before anything was.
   */
  markRead(roomId: number, userId: number, seq: number): Promise<number>;
  /**
   * How far this person has read (null: they have no mark here), and how many messages of others, not deleted, come after: at most `cap`, and of the
   * last UNREAD_LOOK that are not deleted. So it is less than the truth only where the person wrote more than
   * UNREAD_LOOK - `cap` of those themselves.
   */
  unread(
    userId: number,
    roomIds: readonly number[],
    cap: number,
  ): Promise<Map<number, { read: number | null; unread: number }>>;
}

/** Whoever wrote very much and read nothing must not make everybody wait for their count. */
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

export interface Users {
  /** `nameKey`: the name with case, width and look-alikes folded; two people cannot share one. */
  create(user: { name: string; nameKey: string; passwordHash: string; role: Role }): Promise<User | 'taken'>;
  byId(id: number): Promise<User | null>;
  byNameKey(nameKey: string): Promise<User | null>;
  setPassword(id: number, passwordHash: string): Promise<void>;
  setRole(id: number, role: Role): Promise<void>;
  /** Disabling ends every session of theirs; answers the hashes of those that ended. */
  setDisabled(id: number, disabled: boolean): Promise<string[]>;
  /** Without those of a scratch room. */
  count(): Promise<number>;
  /** The hash of the one-time set-up token, while nobody has used it. */
  setupTokenHash(): Promise<string | null>;
  setSetupTokenHash(hash: string | null): Promise<void>;
}

export interface Session {
  /** SHA-256 of the token, hex. The token itself is nowhere but in its cookie. */
  readonly tokenHash: string;
  readonly userId: number;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
  /** What it began on, as `Firefox · Linux`; empty when that is not known. */
  readonly device: string;
}

export type NewSession = Omit<Session, 'createdAt' | 'seenAt'>;

export interface Sessions {
  create(session: NewSession): Promise<void>;
  /** The session and its person; null when it ended, expired, or the person is disabled. */
  find(tokenHash: string): Promise<{ session: Session; user: User } | null>;
  touch(tokenHash: string, expiresAt: number): Promise<void>;
  ofUser(userId: number): Promise<Session[]>;
  end(tokenHash: string): Promise<void>;
  /** Ends all of a person's sessions but one; answers the hashes of those that ended. */
  endOthers(userId: number, keep: string | null): Promise<string[]>;
}

/**
 * A room and its people for a while, to try a server with. Their numbers are negative and drawn anew each time: what
 * lists or tells of rooms goes by that, and no number of theirs is ever anybody's afterwards.
 */
export interface DrillRoomStore {
  /** With a session for each; `taken` while there is another one. */
  create(scratch: NewDrillRoom): Promise<'created' | 'taken'>;
  /** The slug of the one there is. */
  find(): Promise<string | null>;
  /** Of all its people; answers the hashes of those that ended. */
  endSessions(): Promise<string[]>;
  /** Takes away all of it, a little at a time: writers hardly wait. None of its people may write meanwhile. */
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
