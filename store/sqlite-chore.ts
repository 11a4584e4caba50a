/** A thread for one long read: a copy of the database, or a look through all of it. Writers do not wait for it. */
import { openReader } from './sqlite-connection.ts';
import { writeCopy } from './sqlite-copy.ts';
import { tell } from './sqlite-error.ts';
import { refuseDamaged } from './sqlite-schema.ts';
import { StoreProblem } from './store-problem.ts';

export type Chore =
  | { readonly kind: 'copy'; readonly file: string; readonly target: string }
  | { readonly kind: 'check'; readonly file: string };

export type ChoreEnd = { readonly kind: 'done' } | { readonly kind: 'problem' | 'failed'; readonly message: string };

declare const self: Worker;

self.onmessage = (event: MessageEvent<Chore>): void => {
  self.postMessage(endOf(event.data));
};

function endOf(chore: Chore): ChoreEnd {
  const db = openReader(chore.file);
  try {
    if (chore.kind === 'copy') writeCopy(db, chore.target);
    else refuseDamaged(db, chore.file);
    return { kind: 'done' };
  } catch (error) {
    return { kind: error instanceof StoreProblem ? 'problem' : 'failed', message: tell(error) };
  } finally {
    db.close(true);
  }
}
