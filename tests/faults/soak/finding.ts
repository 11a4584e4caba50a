import type { FleetResult } from '../load/fleet.ts';

/** The result of one part of the soak test. */
export interface Finding {
  readonly fault: string;
  readonly backMs: number | null;
  readonly result: FleetResult;
  /** What else was measured, a line each. */
  readonly notes?: readonly string[];
}
