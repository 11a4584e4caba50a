/** Why there is no verdict: no server here, or one that went away. The message is one line for the owner. */
export class DrillProblem extends Error {}
