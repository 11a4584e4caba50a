import { ListenError } from '../channels/server/listen.ts';
import { Refusal } from '../protocol/refusals.ts';
import { StoreError } from '../store/store-error.ts';

/** An error that the operator or the client can mend: its message says what is wrong, in one line. */
export class OperatorError extends Error {}

/** The errors of the same kind of the packages below this one. */
const FROM_BELOW = [StoreError, ListenError, Refusal] as const;

/** The line to print for an error that the operator can mend; null for anything else, which is a bug. */
export function operatorLine(error: unknown): string | null {
  const isKnown = error instanceof OperatorError || FROM_BELOW.some((kind) => error instanceof kind);
  return isKnown && error instanceof Error ? printable(error.message) : null;
}

/** The line may contain what the operator typed; it must not move the cursor or start a second line. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
