/**
 * The command line: one command, one exit code. 0: done; 1: it could not be done; 2: it was typed wrongly (a drill: there
 * is no verdict).
 */
import { faultLine } from '../channels/log.ts';
import { DrillError } from '../drill/drill-error.ts';
import { version } from '../package.json' with { type: 'json' };
import { operatorLine } from '../server/operator-error.ts';
import { runAdminCommand } from './admin-commands.ts';
import { drill } from './drill.ts';
import { helpCommand, helpOn } from './help.ts';
import { serve } from './serve.ts';
import { SettingError } from './setting-values.ts';
import { type Environment, parseSettings, unexpected } from './settings-parser.ts';

async function run(args: readonly string[], env: Environment): Promise<number> {
  const [command = 'help', ...rest] = args;
  if (rest.some((word) => word === '--help' || word === '-h')) return say([helpOn(command)]);
  switch (command) {
    case 'serve':
      return serve(parseSettings(rest, env));
    case 'user':
    case 'room':
    case 'backup':
      return say(await runAdminCommand(command, rest, env));
    case 'drill':
      return drill(rest, env);
    case 'version':
    case '--version':
      return say([`Salon ${version} on Bun ${Bun.version}`]);
    case 'help':
    case '--help':
    case '-h':
      return say([helpOn(rest[0])]);
    default:
      throw unexpected(command);
  }
}

function say(lines: readonly string[]): number {
  for (const line of lines) console.log(line);
  return 0;
}

async function exitCode(args: readonly string[]): Promise<number> {
  try {
    return await run(args, process.env);
  } catch (error) {
    const typedWrongly = error instanceof SettingError;
    const help = typedWrongly ? ` See: ${helpCommand(args[0])}` : '';
    console.error(`salon: ${operatorLine(error) ?? faultLine(error)}${help}`);
    return typedWrongly || error instanceof DrillError ? 2 : 1;
  }
}

process.exit(await exitCode(process.argv.slice(2)));
