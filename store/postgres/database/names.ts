/** What the operator reads of a database and of the reason why it cannot be had. */
import { StoreError } from '../../store-error.ts';
import type { DatabaseError } from './errors.ts';

/** Without the password. */
export function databaseName(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `PostgreSQL at ${hostname}:${port === '' ? '5432' : port}${pathname}`;
}

/** For what connecting or making the tables threw. */
export function openError(name: string, error: DatabaseError): StoreError {
  const { state, message } = error;
  if (state === '28P01' || state === '28000') {
    return new StoreError(`${name} refuses the user or password (${message}). Correct DATABASE_URL.`);
  }
  if (state === '3D000') return new StoreError(`${name} does not exist. Create the database, then start again.`);
  if (state === '42501')
    return new StoreError(`${name} does not let this user make tables (${message}). Grant it CREATE.`);
  if (state === null)
    return new StoreError(`${name} cannot be reached (${message}). Start it, or correct DATABASE_URL.`);
  return new StoreError(`${name} cannot be used (${message}).`);
}
