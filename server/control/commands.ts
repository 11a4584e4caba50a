/** What a host can tell Salon to do from the command line, and how it is done: by a running server or without one. */

import type { Role, Room, Store } from '../../store/store.ts';
import { OperatorError } from '../operator-error.ts';

export type AdminCommand =
  | { readonly order: 'user add'; readonly name: string; readonly password: string; readonly role: Role }
  | { readonly order: 'user passwd'; readonly name: string; readonly password: string }
  | { readonly order: 'user role'; readonly name: string; readonly role: Role }
  | { readonly order: 'user disable' | 'user enable'; readonly name: string }
  | { readonly order: 'room add'; readonly name: string }
  | { readonly order: 'room list' }
  | { readonly order: 'backup'; readonly file: string };

/** Who carries orders out. */
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

/** An order that cannot be carried out; the message is one line for the host. */
export class CommandError extends OperatorError {}

/** Answers the lines to print. */
export async function execute(order: AdminCommand, keepers: CommandTargets): Promise<string[]> {
  switch (order.order) {
    case 'user add':
      await keepers.accounts.add(order.name, order.password, order.role);
      return [`${order.name} can sign in now${order.role === 'administrator' ? ', as an administrator' : ''}.`];
    case 'user passwd':
      await keepers.accounts.setPassword(order.name, order.password);
      return [`${order.name} has a new password.`];
    case 'user role':
      await keepers.accounts.setRole(order.name, order.role);
      return [`${order.name} is ${order.role === 'administrator' ? 'an administrator' : 'a member'} now.`];
    case 'user disable':
      await keepers.accounts.disable(order.name);
      return [`${order.name} cannot sign in any more, and is signed out everywhere.`];
    case 'user enable':
      await keepers.accounts.enable(order.name);
      return [`${order.name} can sign in again.`];
    case 'room add':
      return [listed(await keepers.directory.add(order.name, null))];
    case 'room list':
      return (await keepers.directory.list()).map(listed);
    case 'backup':
      return backUp(order.file, keepers.store);
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

/** An order that came as JSON. Throws an OrderProblem when it is none. */
export function parseCommand(value: unknown): AdminCommand {
  if (typeof value !== 'object' || value === null) throw new CommandError('This is no order.');
  const given = new Map<string, unknown>(Object.entries(value));
  const text = (key: string): string => {
    const word = given.get(key);
    if (typeof word !== 'string' || word === '') throw new CommandError(`This order lacks its ${key}.`);
    return word;
  };
  return orderOf(text('order'), text);
}

function orderOf(order: string, text: (key: string) => string): AdminCommand {
  switch (order) {
    case 'user add':
      return { order, name: text('name'), password: text('password'), role: parseRole(text('role')) };
    case 'user passwd':
      return { order, name: text('name'), password: text('password') };
    case 'user role':
      return { order, name: text('name'), role: parseRole(text('role')) };
    case 'user disable':
    case 'user enable':
      return { order, name: text('name') };
    case 'room add':
      return { order, name: text('name') };
    case 'room list':
      return { order };
    case 'backup':
      return { order, file: text('file') };
    default:
      throw new CommandError('This order is not known here.');
  }
}

function parseRole(word: string): Role {
  if (word !== 'member' && word !== 'administrator') throw new CommandError('A role is member or administrator.');
  return word;
}
