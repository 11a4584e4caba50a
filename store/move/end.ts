import type { Cell, Table, TableRow } from './tables.ts';

/** What a history is known by, wherever it lies: with these a client goes on where it was, and stays logged in. */
export interface HistoryIdentity {
  readonly epoch: string;
  readonly secret: Uint8Array;
  readonly setupTokenHash: string | null;
}

/** One end of a move: a database that no server is using. */
export interface MoveEnd {
  /** For the operator: where it is, without a password. */
  readonly name: string;
  count(table: Table): Promise<number>;
  /** The rows after this key (null: from the first on), in the order of the key; at most `limit`. */
  page(table: Table, after: readonly Cell[] | null, limit: number): Promise<readonly TableRow[]>;
  close(): Promise<void>;
}

export interface MoveSource extends MoveEnd {
  identity(): Promise<HistoryIdentity>;
}

export interface MoveTarget extends MoveEnd {
  /** Throws a StoreError unless it is as a new one, or holds an unfinished move, which is removed. */
  start(): Promise<void>;
  insert(table: Table, rows: readonly TableRow[]): Promise<void>;
  /** From here on a server may use it. */
  finish(identity: HistoryIdentity): Promise<void>;
}
