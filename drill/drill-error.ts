import { faultLine } from '../channels/log.ts';
import { CommandError } from '../server/control/commands.ts';
import { OperatorError } from '../server/operator-error.ts';

/** Why there is no verdict: no server here, or one that went away. The message is one line for the owner. */
export class DrillError extends OperatorError {}

/** Whatever keeps a drill from its end, a fault of its own too, says nothing about what the server keeps. */
export function drillError(error: unknown): DrillError {
  if (error instanceof DrillError) return error;
  if (error instanceof CommandError) return new DrillError(error.message);
  return new DrillError(`There is no verdict, for the drill itself failed: ${faultLine(error)}`, { cause: error });
}
