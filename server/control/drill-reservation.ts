/**
 * The control socket's way to a scratch room. The connection that asked for it holds it: the system ends that with the
 * process at its other end, however that one dies, so that nothing is ever left to be cleared away by hand.
 */
import { faultLine, type Log } from '../../channels/log.ts';
import type { ListenAddress } from '../listen-address.ts';
import { DRILL_BOTS_MAX, type DrillRoom, type DrillRooms, type Hold } from '../rooms/drill-room.ts';
import { CommandError } from './commands.ts';

export const DRILL_PATH = '/scratch';
/** The runtime ends a connection on which nothing was said for 10 s. */
const BEAT_MS = 3_000;

type Wish =
  | { readonly kind: 'make'; readonly people: number }
  | { readonly kind: 'claim' | 'end'; readonly slug: string };

/** The first line of the answer; those that follow are empty. */
interface Told extends Partial<DrillRoom> {
  readonly slug: string;
  readonly venue: ListenAddress;
}

interface Line {
  readonly slug: string;
  readonly hold: Hold;
  readonly end: () => void;
}

export class DrillReservation {
  #line: Line | null = null;

  constructor(
    private readonly rooms: Pick<DrillRooms, 'make' | 'claim' | 'release' | 'stop'>,
    private readonly venue: () => Promise<ListenAddress>,
    private readonly log: Log,
  ) {}

  /** Throws an OrderProblem. */
  async answer(request: Request): Promise<Response> {
    const wish = parseWish(await request.json().catch(() => null));
    if (wish.kind === 'end') return this.#end(wish.slug);
    const venue = await this.venue();
    const hold = Symbol('hold');
    const room = wish.kind === 'make' ? await this.#make(wish.people, hold) : this.#claim(wish.slug, hold);
    return this.#hold(request, hold, { venue, ...room });
  }

  /** Nothing is taken away: after a restart whoever held the room claims it again. */
  async stop(): Promise<void> {
    await this.rooms.stop();
    this.#line?.end();
  }

  async #end(slug: string): Promise<Response> {
    const line = this.#line;
    if (line?.slug !== slug) throw new CommandError('The room of the drill is not there any more.');
    await this.rooms.release(line.hold);
    line.end();
    return Response.json({ lines: [] });
  }

  async #make(people: number, hold: Hold): Promise<DrillRoom> {
    const made = await this.rooms.make(people, hold);
    if (made === 'taken') throw new CommandError('A drill is under way on this server already.');
    return made;
  }

  #claim(slug: string, hold: Hold): { readonly slug: string } {
    if (this.rooms.claim(slug, hold)) return { slug };
    throw new CommandError('The room of the drill is not there any more.');
  }

  #hold(request: Request, hold: Hold, told: Told): Response {
    const { readable, writable } = new TransformStream<string, string>();
    const writer = writable.getWriter();
    const write = (text: string): void => void writer.write(text).catch(() => {});
    const beat = setInterval(() => write('\n'), BEAT_MS);
    const end = (): void => {
      clearInterval(beat);
      writer.close().catch(() => {});
      this.rooms.release(hold).catch((error: unknown) => this.log.error(`a drill left something: ${faultLine(error)}`));
    };
    request.signal.addEventListener('abort', end);
    if (request.signal.aborted) end();
    write(`${JSON.stringify(told)}\n`);
    this.#line = { slug: told.slug, hold, end };
    this.log.info('a drill is under way, from the command line');
    return new Response(readable.pipeThrough(new TextEncoderStream()));
  }
}

/** Throws an OrderProblem. */
function parseWish(value: unknown): Wish {
  const given = new Map<string, unknown>(Object.entries(value ?? {}));
  const [people, slug] = [given.get('people'), given.get('slug')];
  if (typeof slug === 'string') return { kind: given.get('end') === true ? 'end' : 'claim', slug };
  const isCount = typeof people === 'number' && Number.isInteger(people);
  if (isCount && people >= 1 && people <= DRILL_BOTS_MAX) return { kind: 'make', people };
  throw new CommandError('This is no wish for a drill.');
}
