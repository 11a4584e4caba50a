/** The writer thread: the only one that writes. A text is a batch; it is answered when it is on the disk, or is not. */
import type { Database } from 'bun:sqlite';
import { describe } from '../database/errors.ts';
import { openSchema } from '../database/schema.ts';
import type { WorkerMessage, WorkerRequest, Write } from './commands.ts';
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
    sendToMain({ kind: 'problem', message: describe(error) });
  }
}

function write(text: string): void {
  if (transaction === null) throw new Error('a batch came before the database was open');
  const batch: Write[] = JSON.parse(text);
  const answer = transaction.commit(batch);
  self.postMessage(JSON.stringify(answer));
  if (answer.kind === 'committed') checkpoint(transaction);
}

/** After the answer, so that nobody waits for it who need not. */
function checkpoint(committer: BatchTransaction): void {
  try {
    committer.checkpoint();
  } catch (error) {
    sendToMain({ kind: 'diskFailed', error: describe(error) });
  }
}

/** The empty log that is left tells the next start that this stop was clean. */
function close(): void {
  try {
    db?.run('PRAGMA wal_checkpoint(TRUNCATE)');
    db?.close(true);
  } finally {
    sendToMain({ kind: 'closed' });
  }
}

function sendToMain(notice: WorkerMessage): void {
  self.postMessage(notice);
}
