import { isArrayOf, isText } from '../../protocol/shape.ts';
import type { Preferences } from '../storage/preferences.ts';

const NAME = 'recent';
const STORED_MOST = 30;

/** Slugs of the visited rooms, the most recent first. */
export class RecentRooms {
  constructor(private readonly preferences: Pick<Preferences, 'read' | 'write'>) {}

  get slugs(): readonly string[] {
    const stored = this.preferences.read(NAME);
    return isTextArray(stored) ? stored : [];
  }

  add(slug: string): void {
    const others = this.slugs.filter((each) => each !== slug);
    this.preferences.write(NAME, [slug, ...others].slice(0, STORED_MOST));
  }
}

function isTextArray(value: unknown): value is readonly string[] {
  return isArrayOf(isText)(value);
}
