import type { Verdict } from '../load/fleet.ts';

/** What one part of the long proof came to. */
export interface Finding {
  readonly fault: string;
  readonly backMs: number | null;
  readonly verdict: Verdict;
  /** What else was measured, a line each. */
  readonly notes?: readonly string[];
}
