/**
 * The command line: one command, one exit code. 0: done; 1: failed; 2: wrong usage (for a drill also: it could not be
 * completed).
 */
import { faultLine } from '../channels/log.ts';
import { DrillError } from '../drill/drill-error.ts';
import { version } from '../package.json' with { type: 'json' };
import { operatorLine } from '../server/operator-error.ts';
import { runAdminCommand } from './admin-commands.ts';
import { runDrillCommand } from './drill.ts';
import { helpCommand, helpOn } from './help.ts';
import { runMoveCommand } from './move.ts';
import { runServeCommand } from './serve.ts';
import { SettingError } from './setting-values.ts';
import { type Environment, parseSettings, unknownArgument } from './settings-parser.ts';

async function run(args: readonly string[], env: Environment): Promise<number> {
  const [command = 'help', ...rest] = args;
  if (rest.some((word) => word === '--help' || word === '-h')) return printLines([helpOn(command)]);
  switch (command) {
    case 'serve':
      return runServeCommand(parseSettings(rest, env));
    case 'user':
    case 'room':
    case 'backup':
      return printLines(await runAdminCommand(command, rest, env));
    case 'move':
      return printLines(await runMoveCommand(rest, env));
    case 'drill':
      return runDrillCommand(rest, env);
    case 'version':
    case '--version':
      return printLines([`Salon ${version} on Bun ${Bun.version}`]);
    case 'help':
    case '--help':
    case '-h':
      return printLines([helpOn(rest[0])]);
    default:
      throw unknownArgument(command);
  }
}

function printLines(lines: readonly string[]): number {
  for (const line of lines) console.log(line);
  return 0;
}

async function exitCode(args: readonly string[]): Promise<number> {
  try {
    return await run(args, process.env);
  } catch (error) {
    const isUsageError = error instanceof SettingError;
    const help = isUsageError ? ` See: ${helpCommand(args[0])}` : '';
    console.error(`salon: ${operatorLine(error) ?? faultLine(error)}${help}`);
    return isUsageError || error instanceof DrillError ? 2 : 1;
  }
}

process.exit(await exitCode(process.argv.slice(2)));
