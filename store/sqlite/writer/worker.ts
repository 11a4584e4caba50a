/** The writer thread: the only thread that writes. A text is a batch, answered when it is on the disk or refused. */
import type { Database } from 'bun:sqlite';
import type { Write } from '../../writes/commands.ts';
import { describe } from '../database/errors.ts';
import { openSchema } from '../database/schema.ts';
import type { WorkerMessage, WorkerRequest } from './commands.ts';
import { BatchTransaction } from './transaction.ts';

declare const self: Worker;

let db: Database | null = null;
let transaction: BatchTransaction | null = null;

self.onmessage = (event: MessageEvent<string | WorkerRequest>): void => {
  if (typeof event.data === 'string') write(event.data);
  else if (event.data.kind === 'open') open(event.data.file);
  else close();
};

function open(file: string): void {
  try {
    db = openSchema(file);
    transaction = new BatchTransaction(db);
    sendToMain({ kind: 'ready' });
  } catch (error) {
    sendToMain({ kind: 'openFailed', message: describe(error) });
  }
}

function write(text: string): void {
  if (transaction === null) throw new Error('batch received before the database was open');
  const batch: Write[] = JSON.parse(text);
  const answer = transaction.commit(batch);
  self.postMessage(JSON.stringify(answer));
  if (answer.kind === 'committed') checkpoint(transaction);
}

/** Runs after the answer, so that no client waits for it. */
function checkpoint(committer: BatchTransaction): void {
  try {
    committer.checkpoint();
  } catch (error) {
    sendToMain({ kind: 'diskFailed', error: describe(error) });
  }
}

/** Leaves an empty WAL, by which the next start knows that this stop was clean. */
function close(): void {
  try {
    db?.run('PRAGMA wal_checkpoint(TRUNCATE)');
    db?.close(true);
  } finally {
    sendToMain({ kind: 'closed' });
  }
}

function sendToMain(message: WorkerMessage): void {
  self.postMessage(message);
}
