/** `salon user …`, `salon room …`, `salon backup …`: parses a command, and has the running server or this process execute it. */
import { resolve } from 'node:path';
import { createLog } from '../channels/log.ts';
import { type AdminCommand, execute } from '../server/control/commands.ts';
import { sendCommand } from '../server/control/control-socket.ts';
import { openServices } from '../server/services.ts';
import type { Settings } from '../server/settings.ts';
import { askPassword } from './password-prompt.ts';
import { SettingError } from './setting-values.ts';
import { type Environment, parseCommandArguments, unknownArgument } from './settings-parser.ts';

type Words = readonly string[];

/** Returns the lines to print. */
export async function runAdminCommand(command: string, args: Words, env: Environment): Promise<string[]> {
  const { settings, words, switches } = parseCommandArguments(args, env, command === 'user' ? ['administrator'] : []);
  const [verb = '', ...rest] = command === 'backup' ? ['', ...words] : words;
  const admin = await commandFrom(`${command} ${verb}`.trim(), rest, switches.has('administrator'));
  // On PostgreSQL any process may change what all of them share; the running ones hear of it over Redis.
  if (settings.databaseUrl !== null) return executeOffline(admin, settings);
  return (await sendCommand(settings.data, admin)) ?? executeOffline(admin, settings);
}

async function commandFrom(command: string, words: Words, administrator: boolean): Promise<AdminCommand> {
  if (administrator && command !== 'user add') throw new SettingError('--administrator belongs to: salon user add.');
  switch (command) {
    case 'user add': {
      const [name] = expectWords(words, ['NAME'], command);
      return { command, name, password: await askPassword(), role: administrator ? 'administrator' : 'member' };
    }
    case 'user passwd': {
      const [name] = expectWords(words, ['NAME'], command);
      return { command, name, password: await askPassword() };
    }
    case 'user role': {
      const [name, role] = expectWords(words, ['NAME', 'ROLE'], command);
      if (role !== 'member' && role !== 'administrator') throw new SettingError('A role is member or administrator.');
      return { command, name, role };
    }
    case 'user disable':
    case 'user enable':
    case 'room add':
      return { command, name: expectWords(words, ['NAME'], command)[0] };
    case 'room list':
      expectWords(words, [], command);
      return { command };
    case 'backup':
      return { command, file: resolve(expectWords(words, ['FILE'], command)[0]) };
    default:
      throw usageError(command);
  }
}

function usageError(command: string): SettingError {
  const [noun, verb] = command.split(' ');
  return verb === undefined ? new SettingError(`salon ${noun} needs to know what to do.`) : unknownArgument(verb);
}

function expectWords(words: Words, names: Words, command: string): readonly [string, ...string[]] {
  const missing = names.slice(words.length)[0];
  if (missing !== undefined) throw new SettingError(`salon ${command} needs a ${missing}.`);
  const extra = words[names.length];
  if (extra !== undefined) throw unknownArgument(extra);
  const [first = '', ...more] = words;
  return [first, ...more];
}

/** No server runs on this data: opens it for the one command. */
async function executeOffline(admin: AdminCommand, settings: Settings): Promise<string[]> {
  const services = await openServices(settings, createLog(0));
  try {
    return await execute(admin, services);
  } catch (error) {
    // A failed store refuses with `busy`, as in a server; here its own error is the useful one.
    throw await Promise.race([services.failed, error]);
  } finally {
    await services.close();
  }
}
