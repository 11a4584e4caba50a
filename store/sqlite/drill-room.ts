/** A scratch room: asked of the writer thread, looked for here, taken away by a thread of its own. */
import { randomInt } from 'node:crypto';
import type { DrillRoomStore, NewDrillRoom } from '../store.ts';
import type { Query, Reader } from './database/reader.ts';
import { ended, unexpected, type WriteQueue } from './writer/queue.ts';

/** Room for the numbers of the people behind that of the room, so that two drawn ones never overlap. */
const PEOPLE_MAX = 1_000;
const DRAWN_FROM = 2 ** 40;

export class SqliteDrillRoom implements DrillRoomStore {
  readonly #queue: WriteQueue;
  readonly #find: Query<{ slug: string }, []>;

  constructor(
    reader: Reader,
    queue: WriteQueue,
    readonly sweep: () => Promise<void>,
  ) {
    this.#queue = queue;
    this.#find = reader.prepare('SELECT slug FROM rooms WHERE id < 0 LIMIT 1');
  }

  async create(scratch: NewDrillRoom): Promise<'made' | 'taken'> {
    if (scratch.people.length >= PEOPLE_MAX) throw new RangeError(`${scratch.people.length} people are too many`);
    const roomId = -PEOPLE_MAX * randomInt(1, DRAWN_FROM);
    return this.#queue.ask(['scratch.create', roomId, scratch], (outcome) => {
      if (typeof outcome === 'object' && outcome.kind === 'done') return 'made';
      if (typeof outcome === 'object' && outcome.kind === 'taken') return 'taken';
      throw unexpected(outcome);
    });
  }

  async find(): Promise<string | null> {
    return this.#find.get()?.slug ?? null;
  }

  endSessions(): Promise<string[]> {
    return this.#queue.ask(['scratch.endSessions'], ended);
  }
}
