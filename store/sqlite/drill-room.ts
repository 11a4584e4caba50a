/** A scratch room: asked of the writer thread, looked for here, taken away by a thread of its own. */
import { randomInt } from 'node:crypto';
import type { DrillRoomStore, NewDrillRoom } from '../store.ts';
import type { Query, Reader } from './database/reader.ts';
import { endedSessions, unexpectedOutcome, type WriteQueue } from './writer/queue.ts';

/** Room for the numbers of the people behind that of the room, so that two drawn ones never overlap. */
const BOTS_MAX = 1_000;
const DRAWN_IDS = 2 ** 40;

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

  async create(scratch: NewDrillRoom): Promise<'created' | 'taken'> {
    if (scratch.bots.length >= BOTS_MAX) throw new RangeError(`${scratch.bots.length} people are too many`);
    const roomId = -BOTS_MAX * randomInt(1, DRAWN_IDS);
    return this.#queue.enqueue(['drillRoom.create', roomId, scratch], (outcome) => {
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
