import { foldForSearch } from '../browser/folding.ts';
import type { RoomSlug } from '../browser/urls.ts';
import type { KnownRoom } from './rooms.ts';

export interface RoomRanking {
  /** Most recently visited first. */
  readonly recent: readonly string[];
  readonly open: RoomSlug | null;
}

/** Matching rooms, best first: names that begin with the query, then unread rooms, then recently visited ones. */
export function findRooms(rooms: readonly KnownRoom[], text: string, ranking: RoomRanking): KnownRoom[] {
  const query = foldForSearch(text).trim();
  const matches = rooms
    .map((room) => ({ room, rank: rankOf(foldForSearch(room.name), query) }))
    .filter(({ rank }) => rank < 2);
  const visits = new Map(ranking.recent.map((slug, at) => [slug, at]));
  const keyOf = ({ room, rank }: { room: KnownRoom; rank: number }): number[] => [
    rank,
    room.slug === ranking.open ? 1 : 0,
    room.unread === 0 ? 1 : 0,
    visits.get(room.slug) ?? visits.size,
  ];
  const keyed = matches.map((match) => ({ room: match.room, key: keyOf(match) }));
  return keyed.sort((a, b) => compareKeys(a.key, b.key)).map(({ room }) => room);
}

/** 0: every word of the query begins a word of the name; 1: the name contains the query; 2: no match. */
function rankOf(name: string, query: string): 0 | 1 | 2 {
  const words = name.split(/[^\p{L}\p{N}]+/u);
  const queryWords = query.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const begins =
    name.startsWith(query) || (queryWords.length > 0 && queryWords.every((each) => beginsOne(words, each)));
  if (begins) return 0;
  return name.includes(query) ? 1 : 2;
}

function beginsOne(words: readonly string[], start: string): boolean {
  return words.some((word) => word.startsWith(start));
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
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
