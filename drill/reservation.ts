/** The drill's reservation of a room: requested over the control socket, claimed again after a restart, and released. */
import { CommandError } from '../server/control/commands.ts';
import { parseAnswer, reachControl } from '../server/control/control-socket.ts';
import { DRILL_PATH } from '../server/control/drill-reservation.ts';
import type { ListenAddress } from '../server/listen-address.ts';
import { DrillError } from './drill-error.ts';

const RETRY_MS = 200;
/** A server that is started again by its owner or a service manager is back by then. */
const SERVER_BACK_WITHIN_MS = 30_000;
const RELEASED_WITHIN_MS = 10_000;

export interface Bot {
  readonly name: string;
  readonly token: string;
}

interface Grant {
  readonly slug: string;
  readonly bots: readonly Bot[];
  readonly listenAddress: ListenAddress;
}

interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: string | undefined }>;
}

export class Reservation {
  readonly slug: string;
  readonly bots: readonly Bot[];
  /** Rejects with a DrillError when the room cannot be had any more. */
  readonly lost: Promise<never>;
  #listenAddress: ListenAddress;
  #isServerUp = true;
  #isReleased = false;

  private constructor(
    private readonly data: string,
    grant: Grant,
    reader: Reader,
  ) {
    this.slug = grant.slug;
    this.bots = grant.bots;
    this.#listenAddress = grant.listenAddress;
    this.lost = this.#renew(reader);
    this.lost.catch(() => {});
  }

  /** Throws a DrillError. */
  static async request(data: string, people: number): Promise<Reservation> {
    const answer = await requestRoom(data, { people }).catch(asDrillError);
    if (answer === null) {
      throw new DrillError(
        `No server runs on ${data}: start it first (salon serve), then drill it from another terminal.`,
      );
    }
    return new Reservation(data, answer.grant, answer.reader);
  }

  /** Where the server listens now: with a free port of its choice it may be another one after a restart. */
  get listenAddress(): ListenAddress {
    return this.#listenAddress;
  }

  /** False from the end of one server to the next one's answer. */
  get isServerUp(): boolean {
    return this.#isServerUp;
  }

  /** Resolves when the room is deleted; a server that is down deletes it when it starts. */
  async release(): Promise<void> {
    this.#isReleased = true;
    const released = reachControl(this.data, DRILL_PATH, { slug: this.slug, end: true });
    // A server that hangs deletes the room when this process ends, one that has just died when it starts.
    await Promise.race([released.then((answer) => answer?.text()).catch(() => null), Bun.sleep(RELEASED_WITHIN_MS)]);
  }

  /** Claims the room again after each restart of the server; never resolves. */
  async #renew(first: Reader): Promise<never> {
    for (let reader = first; ; ) {
      await waitForEnd(reader);
      if (this.#isReleased) return new Promise(() => {});
      this.#isServerUp = false;
      const answer = await this.#claim();
      reader = answer.reader;
      this.#listenAddress = answer.grant.listenAddress;
      this.#isServerUp = true;
    }
  }

  async #claim(): Promise<Answer> {
    const deadline = performance.now() + SERVER_BACK_WITHIN_MS;
    while (performance.now() < deadline) {
      const answer = await requestRoom(this.data, { slug: this.slug }).catch(retryUnlessFinal);
      if (answer !== null) return answer;
      await Bun.sleep(RETRY_MS);
    }
    throw new DrillError(`The server went away and was not back within ${SERVER_BACK_WITHIN_MS / 1_000} s.`);
  }
}

interface Answer {
  readonly grant: Grant;
  readonly reader: Reader;
}

/** Null when no server runs. Throws a DrillError when the server refuses, another error when it dies meanwhile. */
async function requestRoom(data: string, request: object): Promise<Answer | null> {
  const response = await reachControl(data, DRILL_PATH, request);
  if (response === null) return null;
  if (!response.ok || response.body === null) return asDrillError(await errorIn(response));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  return { grant: parseGrant(JSON.parse(await firstLine(reader))), reader };
}

async function errorIn(response: Response): Promise<unknown> {
  try {
    return parseAnswer(await response.json());
  } catch (error) {
    return error;
  }
}

function asDrillError(error: unknown): never {
  throw error instanceof CommandError ? new DrillError(error.message) : error;
}

/** A server that is starting, or dies again, may be asked once more; a DrillError is final. */
function retryUnlessFinal(error: unknown): null {
  if (error instanceof DrillError) throw error;
  return null;
}

const ENDED = { done: true, value: undefined };

async function firstLine(reader: Reader): Promise<string> {
  let text = '';
  while (!text.includes('\n')) {
    const { done, value } = await reader.read().catch(() => ENDED);
    if (done) throw new CommandError('The server went away before it answered.');
    text += value ?? '';
  }
  return text;
}

async function waitForEnd(reader: Reader): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // A killed server ends the stream with an error.
  }
}

function parseGrant(value: unknown): Grant {
  const slug = textAt(value, 'slug');
  const address = at(value, 'address');
  const people = at(value, 'people');
  const list: unknown[] = Array.isArray(people) ? people : [];
  return {
    slug: slug ?? '',
    bots: list.map((bot) => ({ name: textAt(bot, 'name') ?? '', token: textAt(bot, 'token') ?? '' })),
    listenAddress: {
      url: textAt(address, 'url') ?? '',
      unixSocket: textAt(address, 'unixSocket'),
      origin: textAt(address, 'origin'),
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
