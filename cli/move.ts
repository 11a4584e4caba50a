/** `salon move`: carries everything from one database to another, and shows that it is the same there. */
import { openMoveSource, openMoveTarget } from '../server/services.ts';
import { moveHistory, type Reckoning } from '../store/move/move.ts';
import { MoveProgressBar } from './move-progress.ts';
import { databaseUrl, type Given, path, SettingError } from './setting-values.ts';
import { type Environment, parseCommandArguments, unknownArgument } from './settings-parser.ts';

/** Returns the lines to print. */
export async function runMoveCommand(args: readonly string[], env: Environment): Promise<string[]> {
  const { words, value } = parseCommandArguments(args, withoutBackends(env), [], ['from', 'to']);
  if (words[0] !== undefined) throw unknownArgument(words[0]);
  const [from, to] = [placeOf(value('from'), 'from'), placeOf(value('to'), 'to')];
  const source = await openMoveSource(from);
  try {
    const target = await openMoveTarget(to);
    const progress = new MoveProgressBar();
    try {
      const reckoning = await moveHistory(source, target, (each) => progress.show(each));
      return [
        ...linesOf(reckoning),
        `Everything of ${source.name} is in ${target.name} now. ${source.name} was not changed.`,
      ];
    } finally {
      progress.clear();
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Where the server keeps its data has no say in where a move goes. */
function withoutBackends(env: Environment): Environment {
  const { DATABASE_URL: _, REDIS_URL: __, ...rest } = env;
  return rest;
}

function placeOf(given: Given | undefined, name: string): string {
  if (given === undefined) throw new SettingError(`salon move needs --${name}: a data directory, or postgres://…`);
  return given.text.includes('://') ? databaseUrl(given) : path(given);
}

function linesOf({ rows, rooms }: Reckoning): string[] {
  const counts = [...rows].map(([table, count]) => `  ${table.padEnd(12)} ${count.toLocaleString('en').padStart(12)}`);
  return ['Moved, counted again and found the same:', ...counts, `  messages compared one by one in ${rooms} rooms`];
}
