/**
 * A thread for what takes long: a copy of the database, a look through all of it, or taking a scratch room away. Writers
 * do not wait for it.
 */

import { StoreError } from '../../store-error.ts';
import { writeBackup } from '../database/backup.ts';
import { openReader } from '../database/connection.ts';
import { describe } from '../database/errors.ts';
import { refuseCorrupt } from '../database/schema.ts';
import { cleanUpDrillRooms } from './drill-room-cleanup.ts';

export type MaintenanceTask =
  | { readonly kind: 'copy'; readonly file: string; readonly target: string }
  | { readonly kind: 'check'; readonly file: string }
  | { readonly kind: 'sweep'; readonly file: string };

export type MaintenanceResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'problem' | 'failed'; readonly message: string };

declare const self: Worker;

self.onmessage = (event: MessageEvent<MaintenanceTask>): void => {
  self.postMessage(execute(event.data));
};

function execute(chore: MaintenanceTask): MaintenanceResult {
  try {
    if (chore.kind === 'sweep') cleanUpDrillRooms(chore.file);
    else readDatabase(chore);
    return { kind: 'done' };
  } catch (error) {
    return { kind: error instanceof StoreError ? 'problem' : 'failed', message: describe(error) };
  }
}

function readDatabase(chore: Exclude<MaintenanceTask, { readonly kind: 'sweep' }>): void {
  const db = openReader(chore.file);
  try {
    if (chore.kind === 'copy') writeBackup(db, chore.target);
    else refuseCorrupt(db, chore.file);
  } finally {
    db.close(true);
  }
}
