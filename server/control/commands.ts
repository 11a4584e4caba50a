/** The operator's commands from the command line, and how they are executed: by a running server or without one. */
import type { Role, Room, Store } from '../../store/store.ts';
import { OperatorError } from '../operator-error.ts';

export type AdminCommand =
  | { readonly command: 'user add'; readonly name: string; readonly password: string; readonly role: Role }
  | { readonly command: 'user passwd'; readonly name: string; readonly password: string }
  | { readonly command: 'user role'; readonly name: string; readonly role: Role }
  | { readonly command: 'user disable' | 'user enable'; readonly name: string }
  | { readonly command: 'room add'; readonly name: string }
  | { readonly command: 'room list' }
  | { readonly command: 'backup'; readonly file: string };

/** The parts of the server that commands act on. */
export interface CommandTargets {
  readonly accounts: {
    add(name: string, password: string, role: Role): Promise<unknown>;
    setPassword(name: string, password: string): Promise<unknown>;
    setRole(name: string, role: Role): Promise<unknown>;
    disable(name: string): Promise<unknown>;
    enable(name: string): Promise<unknown>;
  };
  readonly directory: {
    add(name: string, createdBy: number | null): Promise<Room>;
    list(): Promise<readonly Room[]>;
  };
  readonly store: Pick<Store, 'snapshot'>;
}

/** A command that cannot be executed; the message is one line for the operator. */
export class CommandError extends OperatorError {}

/** Resolves to the lines to print. */
export async function execute(admin: AdminCommand, targets: CommandTargets): Promise<string[]> {
  switch (admin.command) {
    case 'user add':
      await targets.accounts.add(admin.name, admin.password, admin.role);
      return [`${admin.name} can log in now${admin.role === 'administrator' ? ', as an administrator' : ''}.`];
    case 'user passwd':
      await targets.accounts.setPassword(admin.name, admin.password);
      return [`${admin.name} has a new password.`];
    case 'user role':
      await targets.accounts.setRole(admin.name, admin.role);
      return [`${admin.name} is ${admin.role === 'administrator' ? 'an administrator' : 'a member'} now.`];
    case 'user disable':
      await targets.accounts.disable(admin.name);
      return [`${admin.name} cannot log in any more, and is logged out everywhere.`];
    case 'user enable':
      await targets.accounts.enable(admin.name);
      return [`${admin.name} can log in again.`];
    case 'room add':
      return [listed(await targets.directory.add(admin.name, null))];
    case 'room list':
      return (await targets.directory.list()).map(listed);
    case 'backup':
      return backUp(admin.file, targets.store);
  }
}

function listed(room: Room): string {
  return `${room.slug}\t${room.name}`;
}

async function backUp(file: string, store: CommandTargets['store']): Promise<string[]> {
  if (await Bun.file(file).exists()) throw new CommandError(`${file} exists already: name a file that does not.`);
  await store.snapshot(file);
  return [`Everything is in ${file}, as of now.`];
}

/** A command sent as JSON. Throws a CommandError when it is malformed. */
export function parseCommand(value: unknown): AdminCommand {
  if (typeof value !== 'object' || value === null) throw new CommandError('Invalid command: expected a JSON object.');
  const given = new Map<string, unknown>(Object.entries(value));
  const text = (key: string): string => {
    const value = given.get(key);
    if (typeof value !== 'string' || value === '') throw new CommandError(`Invalid command: "${key}" is missing.`);
    return value;
  };
  return commandOf(text('command'), text);
}

function commandOf(command: string, text: (key: string) => string): AdminCommand {
  switch (command) {
    case 'user add':
      return { command, name: text('name'), password: text('password'), role: parseRole(text('role')) };
    case 'user passwd':
      return { command, name: text('name'), password: text('password') };
    case 'user role':
      return { command, name: text('name'), role: parseRole(text('role')) };
    case 'user disable':
    case 'user enable':
      return { command, name: text('name') };
    case 'room add':
      return { command, name: text('name') };
    case 'room list':
      return { command };
    case 'backup':
      return { command, file: text('file') };
    default:
      throw new CommandError(`Unknown command "${command}".`);
  }
}

function parseRole(role: string): Role {
  if (role !== 'member' && role !== 'administrator') throw new CommandError('A role is member or administrator.');
  return role;
}
