import type { FleetResult } from '../load/fleet.ts';

/** What one part of the long proof came to. */
export interface Finding {
  readonly fault: string;
  readonly backMs: number | null;
  readonly result: FleetResult;
  /** What else was measured, a line each. */
  readonly notes?: readonly string[];
}
