import { faultLine } from '../channels/log.ts';
import { CommandError } from '../server/control/commands.ts';
import { OperatorError } from '../server/operator-error.ts';

/** Why a drill has no result: no server, or one that went away. The message is one line for the operator. */
export class DrillError extends OperatorError {}

/** An error of the drill itself proves nothing about the server, so it must not look like a result. */
export function drillError(error: unknown): DrillError {
  if (error instanceof DrillError) return error;
  if (error instanceof CommandError) return new DrillError(error.message);
  return new DrillError(`There is no verdict, for the drill itself failed: ${faultLine(error)}`, { cause: error });
}
