import { faultLine } from '../channels/log.ts';
import { OrderProblem } from '../server/control/commands.ts';
import { OperatorError } from '../server/operator-error.ts';

/** Why there is no verdict: no server here, or one that went away. The message is one line for the owner. */
export class DrillProblem extends OperatorError {}

/** Whatever keeps a drill from its end, a fault of its own too, says nothing about what the server keeps. */
export function drillProblem(error: unknown): DrillProblem {
  if (error instanceof DrillProblem) return error;
  if (error instanceof OrderProblem) return new DrillProblem(error.message);
  return new DrillProblem(`There is no verdict, for the drill itself failed: ${faultLine(error)}`, { cause: error });
}
