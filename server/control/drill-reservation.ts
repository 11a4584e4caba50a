/**
 * The reservation of a drill room over the control socket. It lasts as long as the connection that requested it, which the
 * operating system closes with the client's process, however that ends: nothing is left to be removed by hand.
 */
import { faultLine, type Log } from '../../channels/log.ts';
import type { ListenAddress } from '../listen-address.ts';
import { DRILL_BOTS_MAX, type DrillRoom, type DrillRooms, type Holder } from '../rooms/drill-room.ts';
import { CommandError } from './commands.ts';

export const DRILL_PATH = '/drill';
/** The runtime closes a connection that was idle for 10 s. */
const KEEP_ALIVE_MS = 3_000;

type DrillRequest =
  | { readonly kind: 'create'; readonly people: number }
  | { readonly kind: 'claim' | 'end'; readonly slug: string };

/** The first line of the response; the following ones are empty. */
interface ReservationMessage extends Partial<DrillRoom> {
  readonly slug: string;
  readonly address: ListenAddress;
}

interface Reservation {
  readonly slug: string;
  readonly holder: Holder;
  readonly end: () => void;
}

export class DrillReservation {
  #reservation: Reservation | null = null;

  constructor(
    private readonly rooms: Pick<DrillRooms, 'create' | 'claim' | 'release' | 'stop'>,
    private readonly listenAddress: () => Promise<ListenAddress>,
    private readonly log: Log,
  ) {}

  /** Throws a CommandError. */
  async answer(request: Request): Promise<Response> {
    const wanted = parseRequest(await request.json().catch(() => null));
    if (wanted.kind === 'end') return this.#end(wanted.slug);
    const address = await this.listenAddress();
    const holder = Symbol('holder');
    const room =
      wanted.kind === 'create' ? await this.#createRoom(wanted.people, holder) : this.#claimRoom(wanted.slug, holder);
    return this.#streamReservation(request, holder, { address, ...room });
  }

  /** Deletes nothing: after a restart the drill claims its room again. */
  async stop(): Promise<void> {
    await this.rooms.stop();
    this.#reservation?.end();
  }

  async #end(slug: string): Promise<Response> {
    const reservation = this.#reservation;
    if (reservation?.slug !== slug) throw new CommandError('The room of the drill no longer exists.');
    await this.rooms.release(reservation.holder);
    reservation.end();
    return Response.json({ lines: [] });
  }

  async #createRoom(people: number, holder: Holder): Promise<DrillRoom> {
    const room = await this.rooms.create(people, holder);
    if (room === 'taken') throw new CommandError('A drill is under way on this server already.');
    return room;
  }

  #claimRoom(slug: string, holder: Holder): { readonly slug: string } {
    if (this.rooms.claim(slug, holder)) return { slug };
    throw new CommandError('The room of the drill no longer exists.');
  }

  #streamReservation(request: Request, holder: Holder, message: ReservationMessage): Response {
    const { readable, writable } = new TransformStream<string, string>();
    const writer = writable.getWriter();
    const write = (text: string): void => void writer.write(text).catch(() => {});
    const keepAlive = setInterval(() => write('\n'), KEEP_ALIVE_MS);
    const end = (): void => {
      clearInterval(keepAlive);
      writer.close().catch(() => {});
      this.rooms
        .release(holder)
        .catch((error: unknown) => this.log.error(`the room of a drill could not be deleted: ${faultLine(error)}`));
    };
    request.signal.addEventListener('abort', end);
    if (request.signal.aborted) end();
    write(`${JSON.stringify(message)}\n`);
    this.#reservation = { slug: message.slug, holder, end };
    this.log.info('a drill is under way, from the command line');
    return new Response(readable.pipeThrough(new TextEncoderStream()));
  }
}

/** Throws a CommandError. */
function parseRequest(value: unknown): DrillRequest {
  const given = new Map<string, unknown>(Object.entries(value ?? {}));
  const [people, slug] = [given.get('people'), given.get('slug')];
  if (typeof slug === 'string') return { kind: given.get('end') === true ? 'end' : 'claim', slug };
  const isCount = typeof people === 'number' && Number.isInteger(people);
  if (isCount && people >= 1 && people <= DRILL_BOTS_MAX) return { kind: 'create', people };
  throw new CommandError(`Invalid drill request: "people" must be 1 to ${DRILL_BOTS_MAX}.`);
}
