/** `salon drill`: lets operators test on their own server that no message is lost. */
import { runDrill } from '../drill/drill.ts';
import { drillError } from '../drill/drill-error.ts';
import { report } from '../drill/report.ts';
import { Reservation } from '../drill/reservation.ts';
import { DRILL_BOTS_MAX } from '../server/rooms/drill-room.ts';
import { SettingError, wholeNumber } from './setting-values.ts';
import { type Environment, parseCommandArguments, unknownArgument } from './settings-parser.ts';

const CLIENTS = { initial: 50, min: 2, max: DRILL_BOTS_MAX };
const SECONDS = { initial: 60, min: 1, max: 300 };
const INTERRUPTED = 130;

interface DrillArguments {
  readonly data: string;
  readonly clients: number;
  readonly seconds: number;
}

/** Returns the exit code. Throws a DrillError when the drill cannot be completed. */
export async function runDrillCommand(args: readonly string[], env: Environment): Promise<number> {
  const parsed = parseDrillArguments(args, env);
  try {
    return await runReserved(parsed);
  } catch (error) {
    throw drillError(error);
  }
}

async function runReserved({ data, clients, seconds }: DrillArguments): Promise<number> {
  const interrupted = waitForInterrupt();
  const reservation = await Reservation.request(data, clients);
  try {
    const result = await runDrill(reservation, seconds, interrupted);
    if (result === null) return INTERRUPTED;
    for (const line of report(result)) console.log(line);
    return result.violations.length === 0 ? 0 : 1;
  } finally {
    await reservation.release();
  }
}

function parseDrillArguments(args: readonly string[], env: Environment): DrillArguments {
  const { settings, words, value } = parseCommandArguments(args, env, [], ['clients', 'seconds']);
  if (words[0] !== undefined) throw unknownArgument(words[0]);
  if (settings.databaseUrl !== null) {
    throw new SettingError('A drill needs the embedded database: it cannot run with DATABASE_URL.');
  }
  const number = (name: string, { initial, min, max }: typeof CLIENTS): number => {
    const given = value(name);
    return given === undefined ? initial : wholeNumber(given, min, max);
  };
  return { data: settings.data, clients: number('clients', CLIENTS), seconds: number('seconds', SECONDS) };
}

/** The first signal lets the drill release its room; a second one exits at once, and the server cleans up. */
function waitForInterrupt(): Promise<null> {
  const { promise, resolve } = Promise.withResolvers<null>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      resolve(null);
      process.once(signal, () => process.exit(INTERRUPTED));
    });
  }
  return promise;
}
