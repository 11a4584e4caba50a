/**
 * A thread for one long task: a backup, a check of the whole database, or the deletion of a drill room. Writers do not
 * wait for it.
 */
import { StoreError } from '../../store-error.ts';
import { writeBackup } from '../database/backup.ts';
import { openReader } from '../database/connection.ts';
import { describe } from '../database/errors.ts';
import { refuseCorrupt } from '../database/schema.ts';
import { cleanUpDrillRooms } from './drill-room-cleanup.ts';

export type MaintenanceTask =
  | { readonly kind: 'backup'; readonly file: string; readonly target: string }
  | { readonly kind: 'check'; readonly file: string }
  | { readonly kind: 'drillRoomCleanup'; readonly file: string };

export type MaintenanceResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'storeError' | 'failed'; readonly message: string };

declare const self: Worker;

self.onmessage = (event: MessageEvent<MaintenanceTask>): void => {
  self.postMessage(execute(event.data));
};

function execute(task: MaintenanceTask): MaintenanceResult {
  try {
    if (task.kind === 'drillRoomCleanup') cleanUpDrillRooms(task.file);
    else readDatabase(task);
    return { kind: 'done' };
  } catch (error) {
    return { kind: error instanceof StoreError ? 'storeError' : 'failed', message: describe(error) };
  }
}

function readDatabase(task: Exclude<MaintenanceTask, { readonly kind: 'drillRoomCleanup' }>): void {
  const db = openReader(task.file);
  try {
    if (task.kind === 'backup') writeBackup(db, task.target);
    else refuseCorrupt(db, task.file);
  } finally {
    db.close(true);
  }
}
