/**
 * The control socket's way to a scratch room. The connection that asked for it holds it: the system ends that with the
 * process at its other end, however that one dies, so that nothing is ever left to be cleared away by hand.
 */
import { faultLine, type Log } from '../../channels/log.ts';
import type { ListenAddress } from '../listen-address.ts';
import { DRILL_BOTS_MAX, type DrillRoom, type DrillRooms, type Holder } from '../rooms/drill-room.ts';
import { CommandError } from './commands.ts';

export const DRILL_PATH = '/scratch';
/** The runtime ends a connection on which nothing was said for 10 s. */
const BEAT_MS = 3_000;

type DrillRequest =
  | { readonly kind: 'make'; readonly people: number }
  | { readonly kind: 'claim' | 'end'; readonly slug: string };

/** The first line of the answer; those that follow are empty. */
interface ReservationMessage extends Partial<DrillRoom> {
  readonly slug: string;
  readonly venue: ListenAddress;
}

interface Reservation {
  readonly slug: string;
  readonly hold: Holder;
  readonly end: () => void;
}

export class DrillReservation {
  #reservation: Reservation | null = null;

  constructor(
    private readonly rooms: Pick<DrillRooms, 'create' | 'claim' | 'release' | 'stop'>,
    private readonly listenAddress: () => Promise<ListenAddress>,
    private readonly log: Log,
  ) {}

  /** Throws an OrderProblem. */
  async answer(request: Request): Promise<Response> {
    const wish = parseWish(await request.json().catch(() => null));
    if (wish.kind === 'end') return this.#end(wish.slug);
    const venue = await this.listenAddress();
    const hold = Symbol('hold');
    const room = wish.kind === 'make' ? await this.#createRoom(wish.people, hold) : this.#claimRoom(wish.slug, hold);
    return this.#streamReservation(request, hold, { venue, ...room });
  }

  /** Nothing is taken away: after a restart whoever held the room claims it again. */
  async stop(): Promise<void> {
    await this.rooms.stop();
    this.#reservation?.end();
  }

  async #end(slug: string): Promise<Response> {
    const line = this.#reservation;
    if (line?.slug !== slug) throw new CommandError('The room of the drill is not there any more.');
    await this.rooms.release(line.hold);
    line.end();
    return Response.json({ lines: [] });
  }

  async #createRoom(people: number, hold: Holder): Promise<DrillRoom> {
    const made = await this.rooms.create(people, hold);
    if (made === 'taken') throw new CommandError('A drill is under way on this server already.');
    return made;
  }

  #claimRoom(slug: string, hold: Holder): { readonly slug: string } {
    if (this.rooms.claim(slug, hold)) return { slug };
    throw new CommandError('The room of the drill is not there any more.');
  }

  #streamReservation(request: Request, hold: Holder, told: ReservationMessage): Response {
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
    this.#reservation = { slug: told.slug, hold, end };
    this.log.info('a drill is under way, from the command line');
    return new Response(readable.pipeThrough(new TextEncoderStream()));
  }
}

/** Throws an OrderProblem. */
function parseWish(value: unknown): DrillRequest {
  const given = new Map<string, unknown>(Object.entries(value ?? {}));
  const [people, slug] = [given.get('people'), given.get('slug')];
  if (typeof slug === 'string') return { kind: given.get('end') === true ? 'end' : 'claim', slug };
  const isCount = typeof people === 'number' && Number.isInteger(people);
  if (isCount && people >= 1 && people <= DRILL_BOTS_MAX) return { kind: 'make', people };
  throw new CommandError('This is no wish for a drill.');
}
