/** What a store is asked to write, and what it answers, whatever the database. */
import type { NewDrillRoom, Role, Room, User, WriteResult } from '../store.ts';

export type Write =
  | readonly ['post', roomId: number, authorId: number, nonce: string | null, body: string]
  | readonly ['edit', roomId: number, seq: number, by: number, body: string]
  | readonly ['delete', roomId: number, seq: number, by: number]
  | readonly ['room.create', slug: string, name: string, topic: string, createdBy: number | null]
  | readonly ['room.update', id: number, name: string | null, topic: string | null]
  | readonly ['room.markRead', roomId: number, userId: number, seq: number]
  | readonly ['user.create', name: string, nameKey: string, passwordHash: string, role: Role, setupTokenHash?: string]
  | readonly ['user.password', id: number, passwordHash: string]
  | readonly ['user.role', id: number, role: Role]
  | readonly ['user.disabled', id: number, disabled: boolean]
  | readonly ['user.setupToken', tokenHash: string | null]
  | readonly ['session.create', tokenHash: string, userId: number, expiresAt: number, device: string]
  | readonly ['session.touch', tokenHash: string, expiresAt: number]
  | readonly ['session.end', tokenHash: string]
  | readonly ['session.endOthers', userId: number, keep: string | null]
  | readonly ['drillRoom.create', roomId: number, room: NewDrillRoom]
  | readonly ['drillRoom.endSessions'];

/** The write `K` and its arguments. */
export type WriteOf<K extends Write[0]> = Extract<Write, readonly [K, ...unknown[]]>;

export type WriteOutcome =
  /** The number of a new message: by far the most frequent outcome. */
  | number
  | WriteResult
  | { readonly kind: 'room'; readonly room: Room | null }
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'taken' }
  | { readonly kind: 'invalid_token' }
  | { readonly kind: 'read'; readonly seq: number }
  | { readonly kind: 'ended'; readonly tokenHashes: readonly string[] }
  | { readonly kind: 'done' }
  /** The write failed by a fault of ours. */
  | { readonly kind: 'failed'; readonly error: string };

export type WriteAnswer =
  /** Durable. `at`: ms, the time of the whole batch. */
  | { readonly kind: 'committed'; readonly at: number; readonly outcomes: readonly WriteOutcome[] }
  /** Nothing of the batch was stored. */
  | { readonly kind: 'refused'; readonly code: 'busy' | 'storage_full' }
  /** It is unknown what was stored; no further batch is accepted. */
  | { readonly kind: 'fatal'; readonly error: string };
