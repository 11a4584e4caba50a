/** The drill's end of the control connection that holds its room: taken, taken again after a restart, and given back. */

import { CommandError } from '../server/control/commands.ts';
import { parseAnswer, reachControl } from '../server/control/control-socket.ts';
import { DRILL_PATH } from '../server/control/drill-reservation.ts';
import type { ListenAddress } from '../server/listen-address.ts';
import { DrillError } from './drill-error.ts';

const ASK_AGAIN_MS = 200;
/** A server that is started again by its owner or a service manager is back by then. */
const SERVER_BACK_WITHIN_MS = 30_000;
const GIVEN_BACK_WITHIN_MS = 10_000;

export interface Bot {
  readonly name: string;
  readonly token: string;
}

interface Granted {
  readonly slug: string;
  readonly hands: readonly Bot[];
  readonly venue: ListenAddress;
}

interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: string | undefined }>;
}

export class Reservation {
  readonly slug: string;
  readonly hands: readonly Bot[];
  /** Rejects with a DrillProblem when the room cannot be had any more. */
  readonly lost: Promise<never>;
  #venue: ListenAddress;
  #isThere = true;
  #released = false;

  private constructor(
    private readonly data: string,
    taken: Granted,
    reader: Reader,
  ) {
    this.slug = taken.slug;
    this.hands = taken.hands;
    this.#venue = taken.venue;
    this.lost = this.#keep(reader);
    this.lost.catch(() => {});
  }

  /** Throws a DrillProblem. */
  static async take(data: string, people: number): Promise<Reservation> {
    const answer = await ask(data, { people }).catch(asDrillProblem);
    if (answer === null) {
      throw new DrillError(
        `No server runs on ${data}: start it first (salon serve), then drill it from another terminal.`,
      );
    }
    return new Reservation(data, answer.taken, answer.reader);
  }

  /** Where the server listens now: one that was told to take a free port may have another one after a restart. */
  get venue(): ListenAddress {
    return this.#venue;
  }

  /** False from the end of one server to the next one's answer. */
  get isThere(): boolean {
    return this.#isThere;
  }

  /** Resolves when all of it is gone; of a server that is not there, it will be when that starts. */
  async release(): Promise<void> {
    this.#released = true;
    const given = reachControl(this.data, DRILL_PATH, { slug: this.slug, end: true });
    // A server that stands still, or died just now, hears of it when this process ends, or starts with it.
    await Promise.race([given.then((answer) => answer?.text()).catch(() => null), Bun.sleep(GIVEN_BACK_WITHIN_MS)]);
  }

  async #keep(first: Reader): Promise<never> {
    for (let reader = first; ; ) {
      await untilItEnds(reader);
      if (this.#released) return new Promise(() => {});
      this.#isThere = false;
      const answer = await this.#claim();
      reader = answer.reader;
      this.#venue = answer.taken.venue;
      this.#isThere = true;
    }
  }

  async #claim(): Promise<Answer> {
    const patienceEnds = performance.now() + SERVER_BACK_WITHIN_MS;
    while (performance.now() < patienceEnds) {
      const answer = await ask(this.data, { slug: this.slug }).catch(notYet);
      if (answer !== null) return answer;
      await Bun.sleep(ASK_AGAIN_MS);
    }
    throw new DrillError(`The server went away and was not back within ${SERVER_BACK_WITHIN_MS / 1_000} s.`);
  }
}

interface Answer {
  readonly taken: Granted;
  readonly reader: Reader;
}

/** Null when no server runs. Throws a DrillProblem when the server refuses, something else when it dies over it. */
async function ask(data: string, wish: object): Promise<Answer | null> {
  const response = await reachControl(data, DRILL_PATH, wish);
  if (response === null) return null;
  if (!response.ok || response.body === null) return asDrillProblem(await problemIn(response));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  return { taken: parseTaken(JSON.parse(await firstLine(reader))), reader };
}

async function problemIn(response: Response): Promise<unknown> {
  try {
    return parseAnswer(await response.json());
  } catch (error) {
    return error;
  }
}

function asDrillProblem(error: unknown): never {
  throw error instanceof CommandError ? new DrillError(error.message) : error;
}

/** A server that is only just starting, or dies again, may be asked once more. */
function notYet(error: unknown): null {
  if (error instanceof DrillError) throw error;
  return null;
}

const GONE = { done: true, value: undefined };

async function firstLine(reader: Reader): Promise<string> {
  let text = '';
  while (!text.includes('\n')) {
    const { done, value } = await reader.read().catch(() => GONE);
    if (done) throw new CommandError('The server went away before it answered.');
    text += value ?? '';
  }
  return text;
}

async function untilItEnds(reader: Reader): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // A server that was killed says nothing more.
  }
}

function parseTaken(value: unknown): Granted {
  const slug = textAt(value, 'slug');
  const venue = at(value, 'address');
  const people = at(value, 'people');
  const list: unknown[] = Array.isArray(people) ? people : [];
  return {
    slug: slug ?? '',
    hands: list.map((hand) => ({ name: textAt(hand, 'name') ?? '', token: textAt(hand, 'token') ?? '' })),
    venue: {
      url: textAt(venue, 'url') ?? '',
      unixSocket: textAt(venue, 'unixSocket'),
      origin: textAt(venue, 'origin'),
    },
  };
}

function textAt(value: unknown, key: string): string | null {
  const found = at(value, key);
  return typeof found === 'string' ? found : null;
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
