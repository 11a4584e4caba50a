import { ListenProblem } from '../channels/listen.ts';
import { Refusal } from '../protocol/refusals.ts';
import { StoreProblem } from '../store/store-problem.ts';
import { FormErrors } from './accounts/form-errors.ts';
import { DrillProblem } from './drill/drill-problem.ts';
import { HttpRefusal } from './http/route.ts';
import { OrderProblem } from './orders.ts';
import { RoomProblem } from './rooms/room-directory.ts';
import { SettingProblem } from './settings-values.ts';

const KNOWN = [
  SettingProblem,
  OrderProblem,
  DrillProblem,
  StoreProblem,
  ListenProblem,
  FormErrors,
  RoomProblem,
  Refusal,
  HttpRefusal,
] as const;

/** One line for the host about a problem a host can cause; null for anything else, which is a fault of ours. */
export function problemLine(error: unknown): string | null {
  const known = KNOWN.find((kind) => error instanceof kind);
  return known !== undefined && error instanceof Error ? printable(error.message) : null;
}

/** What was typed may stand in the line; it must not move the cursor or start a second line. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
