/**
 * A thread for what takes long: a copy of the database, a look through all of it, or taking a scratch room away. Writers
 * do not wait for it.
 */

import { StoreProblem } from '../../store-error.ts';
import { writeCopy } from '../database/backup.ts';
import { openReader } from '../database/connection.ts';
import { tell } from '../database/errors.ts';
import { refuseDamaged } from '../database/schema.ts';
import { sweepScratch } from './drill-room-cleanup.ts';

export type Chore =
  | { readonly kind: 'copy'; readonly file: string; readonly target: string }
  | { readonly kind: 'check'; readonly file: string }
  | { readonly kind: 'sweep'; readonly file: string };

export type ChoreEnd = { readonly kind: 'done' } | { readonly kind: 'problem' | 'failed'; readonly message: string };

declare const self: Worker;

self.onmessage = (event: MessageEvent<Chore>): void => {
  self.postMessage(endOf(event.data));
};

function endOf(chore: Chore): ChoreEnd {
  try {
    if (chore.kind === 'sweep') sweepScratch(chore.file);
    else read(chore);
    return { kind: 'done' };
  } catch (error) {
    return { kind: error instanceof StoreProblem ? 'problem' : 'failed', message: tell(error) };
  }
}

function read(chore: Exclude<Chore, { readonly kind: 'sweep' }>): void {
  const db = openReader(chore.file);
  try {
    if (chore.kind === 'copy') writeCopy(db, chore.target);
    else refuseDamaged(db, chore.file);
  } finally {
    db.close(true);
  }
}
