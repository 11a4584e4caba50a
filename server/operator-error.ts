import { ListenError } from '../channels/server/listen.ts';
import { Refusal } from '../protocol/refusals.ts';
import { StoreError } from '../store/store-error.ts';

/** An error that whoever runs or calls Salon can mend: its message says what is wrong, in one line. */
export class OperatorError extends Error {}

/** What the packages below this one throw for the same reason. */
const FROM_BELOW = [StoreError, ListenError, Refusal] as const;

/** The line to print for an error that the operator can mend; null for anything else, which is a fault of ours. */
export function operatorLine(error: unknown): string | null {
  const isKnown = error instanceof OperatorError || FROM_BELOW.some((kind) => error instanceof kind);
  return isKnown && error instanceof Error ? printable(error.message) : null;
}

/** What was typed may stand in the line; it must not move the cursor or start a second line. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
