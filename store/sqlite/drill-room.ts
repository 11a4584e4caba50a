/** The drill room: writes go to the writer thread, reads are done here, a separate thread deletes it. */
import { randomInt } from 'node:crypto';
import type { DrillRoomStore, NewDrillRoom } from '../store.ts';
import { endedSessions, unexpectedOutcome, type WriteQueue } from '../writes/queue.ts';
import type { Query, Reader } from './database/reader.ts';

/** The ids of the bots follow that of the room; a block of this many keeps two random blocks from overlapping. */
const BOTS_MAX = 1_000;
const RANDOM_BLOCKS = 2 ** 40;

export class SqliteDrillRoom implements DrillRoomStore {
  readonly #queue: WriteQueue;
  readonly #find: Query<{ slug: string }, []>;

  constructor(
    reader: Reader,
    queue: WriteQueue,
    readonly cleanUp: () => Promise<void>,
  ) {
    this.#queue = queue;
    this.#find = reader.prepare('SELECT slug FROM rooms WHERE id < 0 LIMIT 1');
  }

  async create(room: NewDrillRoom): Promise<'created' | 'taken'> {
    if (room.bots.length >= BOTS_MAX) throw new RangeError(`${room.bots.length} bots are too many`);
    const roomId = -BOTS_MAX * randomInt(1, RANDOM_BLOCKS);
    return this.#queue.enqueue(['drillRoom.create', roomId, room], (outcome) => {
      if (typeof outcome === 'object' && outcome.kind === 'done') return 'created';
      if (typeof outcome === 'object' && outcome.kind === 'taken') return 'taken';
      throw unexpectedOutcome(outcome);
    });
  }

  async find(): Promise<string | null> {
    return this.#find.get()?.slug ?? null;
  }

  endSessions(): Promise<string[]> {
    return this.#queue.enqueue(['drillRoom.endSessions'], endedSessions);
  }
}
