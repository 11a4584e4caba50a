/** `salon drill`: an owner's own proof, on their own server, that it loses nothing. */

import { runDrill } from '../drill/drill.ts';
import { drillError } from '../drill/drill-error.ts';
import { report } from '../drill/report.ts';
import { Reservation } from '../drill/reservation.ts';
import { DRILL_BOTS_MAX } from '../server/rooms/drill-room.ts';
import { wholeNumber } from './setting-values.ts';
import { type Environment, parseCommandArguments, unexpected } from './settings-parser.ts';

const CLIENTS = { usual: 50, min: 2, max: DRILL_BOTS_MAX };
const SECONDS = { usual: 60, min: 1, max: 300 };
const INTERRUPTED = 130;

interface Wanted {
  readonly data: string;
  readonly clients: number;
  readonly seconds: number;
}

/** Answers the exit code. Throws a DrillProblem when there can be no verdict. */
export async function drill(args: readonly string[], env: Environment): Promise<number> {
  const wanted = parseWanted(args, env);
  try {
    return await outcome(wanted);
  } catch (error) {
    throw drillError(error);
  }
}

async function outcome(wanted: Wanted): Promise<number> {
  const interrupted = interruption();
  const hold = await Reservation.take(wanted.data, wanted.clients);
  try {
    const result = await runDrill(hold, wanted.seconds, interrupted);
    if (result === null) return INTERRUPTED;
    for (const line of report(result)) console.log(line);
    return result.broken.length === 0 ? 0 : 1;
  } finally {
    await hold.release();
  }
}

function parseWanted(args: readonly string[], env: Environment): Wanted {
  const { settings, words, own } = parseCommandArguments(args, env, [], ['clients', 'seconds']);
  if (words[0] !== undefined) throw unexpected(words[0]);
  const number = (name: string, { usual, min, max }: typeof CLIENTS): number => {
    const given = own(name);
    return given === undefined ? usual : wholeNumber(given, min, max);
  };
  return { data: settings.data, clients: number('clients', CLIENTS), seconds: number('seconds', SECONDS) };
}

/** The room is given back first; who is in more of a hurry presses Ctrl-C again, and the server clears up. */
function interruption(): Promise<null> {
  const { promise, resolve } = Promise.withResolvers<null>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      resolve(null);
      process.once(signal, () => process.exit(INTERRUPTED));
    });
  }
  return promise;
}
