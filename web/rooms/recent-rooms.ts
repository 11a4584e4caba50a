import { isArrayOf, isText } from '../../protocol/shape.ts';
import type { Preferences } from '../storage/preferences.ts';

const NAME = 'recent';
const KEPT = 30;

/** The rooms that were visited, the last one first. */
export class RecentRooms {
  constructor(private readonly keepsakes: Pick<Preferences, 'read' | 'write'>) {}

  get slugs(): readonly string[] {
    const kept = this.keepsakes.read(NAME);
    return isTexts(kept) ? kept : [];
  }

  visited(slug: string): void {
    const others = this.slugs.filter((each) => each !== slug);
    this.keepsakes.write(NAME, [slug, ...others].slice(0, KEPT));
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return isArrayOf(isText)(value);
}
