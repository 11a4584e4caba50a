/** Carries a whole history from one database to another, and looks afterwards whether it is the same there. */
import { createHash, type Hash } from 'node:crypto';
import { StoreError } from '../store-error.ts';
import type { MoveEnd, MoveSource, MoveTarget } from './end.ts';
import { type Cell, keyOf, MESSAGES, TABLES, type Table, type TableRow } from './tables.ts';

const PAGE_ROWS = 2_000;

export interface Reckoning {
  /** Rows by table. */
  readonly rows: ReadonlyMap<string, number>;
  /** Rooms whose messages were compared one by one. */
  readonly rooms: number;
}

export interface MoveProgress {
  readonly done: number;
  readonly total: number;
}

/** Throws a StoreError when the two are not the same afterwards. The source is only read. */
export async function moveHistory(
  source: MoveSource,
  target: MoveTarget,
  onProgress: (progress: MoveProgress) => void,
): Promise<Reckoning> {
  const rows = new Map<string, number>();
  for (const table of TABLES) rows.set(table.name, await source.count(table));
  const total = [...rows.values()].reduce((sum, count) => sum + count, 0);
  await target.start();
  const sent = new RoomHashes();
  let done = 0;
  for (const table of TABLES) {
    for await (const page of pagesOf(source, table)) {
      await target.insert(table, page);
      if (table === MESSAGES) sent.add(page);
      done += page.length;
      onProgress({ done, total });
    }
  }
  await compare(target, rows, sent);
  await target.finish(await source.identity());
  return { rows, rooms: sent.size };
}

async function compare(target: MoveTarget, rows: ReadonlyMap<string, number>, sent: RoomHashes): Promise<void> {
  for (const table of TABLES) {
    const [expected, found] = [rows.get(table.name), await target.count(table)];
    if (found !== expected)
      throw new StoreError(`${target.name} holds ${found} ${table.name}, not ${expected}. Move again.`);
  }
  const arrived = new RoomHashes();
  for await (const page of pagesOf(target, MESSAGES)) arrived.add(page);
  const room = sent.differsFrom(arrived);
  if (room !== null) throw new StoreError(`The messages of room ${room} differ in ${target.name}. Move again.`);
}

async function* pagesOf(end: MoveEnd, table: Table): AsyncGenerator<readonly TableRow[]> {
  let after: Cell[] | null = null;
  for (;;) {
    const page: readonly TableRow[] = await end.page(table, after, PAGE_ROWS);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = keyOf(table, last);
  }
}

/** A hash over all messages of each room, in their order. */
class RoomHashes {
  readonly #hashes = new Map<number, Hash>();

  get size(): number {
    return this.#hashes.size;
  }

  add(rows: readonly TableRow[]): void {
    for (const row of rows) {
      const room = Number(row[0]);
      const hash = this.#hashes.get(room) ?? createHash('sha256');
      this.#hashes.set(room, hash);
      hash.update(
        JSON.stringify(row.map((cell) => (cell instanceof Uint8Array ? Buffer.from(cell).toString('hex') : cell))),
      );
    }
  }

  /** A room that is not the same in both; null when there is none. Ends both. */
  differsFrom(other: RoomHashes): number | null {
    for (const room of new Set([...this.#hashes.keys(), ...other.#hashes.keys()])) {
      const [own, its] = [this.#hashes.get(room)?.digest('hex'), other.#hashes.get(room)?.digest('hex')];
      if (own !== its) return room;
    }
    return null;
  }
}
