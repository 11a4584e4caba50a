import { foldForSearch } from '../browser/folding.ts';
import type { RoomSlug } from '../browser/urls.ts';
import type { KnownRoom } from './rooms.ts';

export interface RoomRanking {
  /** The room last visited first. */
  readonly recent: readonly string[];
  readonly open: RoomSlug | null;
}

/** What fits, the likeliest first: what begins so before what only holds it, then what is unread, then what was visited. */
export function findRooms(rooms: readonly KnownRoom[], typed: string, standing: RoomRanking): KnownRoom[] {
  const query = foldForSearch(typed).trim();
  const fits = rooms
    .map((room) => ({ room, rank: rankOf(foldForSearch(room.name), query) }))
    .filter(({ rank }) => rank < 2);
  const visits = new Map(standing.recent.map((slug, at) => [slug, at]));
  const keyOf = ({ room, rank }: { room: KnownRoom; rank: number }): number[] => [
    rank,
    room.slug === standing.open ? 1 : 0,
    room.unread === 0 ? 1 : 0,
    visits.get(room.slug) ?? visits.size,
  ];
  const keyed = fits.map((fit) => ({ room: fit.room, key: keyOf(fit) }));
  return keyed.sort((a, b) => compared(a.key, b.key)).map(({ room }) => room);
}

/** 0: each word typed begins a word of the name; 1: it stands somewhere in it; 2: it does not. */
function rankOf(name: string, query: string): 0 | 1 | 2 {
  const words = name.split(/[^\p{L}\p{N}]+/u);
  const wanted = query.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const begins = name.startsWith(query) || (wanted.length > 0 && wanted.every((each) => beginsOne(words, each)));
  if (begins) return 0;
  return name.includes(query) ? 1 : 2;
}

function beginsOne(words: readonly string[], start: string): boolean {
  return words.some((word) => word.startsWith(start));
}

function compared(a: readonly number[], b: readonly number[]): number {
  return a.map((each, at) => each - (b[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** The room before or after the open one, around the ends; null when there is no other. */
export function roomBeside(
  rooms: readonly { readonly slug: string }[],
  open: RoomSlug | null,
  step: -1 | 1,
): RoomSlug | null {
  const others = rooms.filter(({ slug }) => slug !== open);
  const at = rooms.findIndex(({ slug }) => slug === open);
  if (at < 0) return (step === 1 ? rooms.at(0) : rooms.at(-1))?.slug ?? null;
  return (step === 1 ? (others[at] ?? others[0]) : others.at(at - 1))?.slug ?? null;
}
