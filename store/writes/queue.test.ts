import { describe, expect, test } from 'bun:test';
import type { Write, WriteAnswer, WriteOutcome } from './commands.ts';
import { BATCH_BYTES, BATCH_WRITES, BUSY_RETRY_MS, QUEUE_BYTES, QUEUE_WRITES, WriteQueue } from './queue.ts';

/** A queue whose writer commits when the test calls `commit`. */
function queueWithWriter() {
  const batches: Write[][] = [];
  const fatal: Error[] = [];
  const queue = new WriteQueue({
    sendBatch: (batch) => batches.push([...batch]),
    onFatal: (error) => fatal.push(error),
  });
  const post = (body: string): Promise<WriteOutcome> => queue.enqueue(['post', 1, 1, null, body], (outcome) => outcome);
  const answer = (answer: WriteAnswer) => queue.onAnswer(answer);
  const commit = () => {
    const count = batches.at(-1)?.length ?? 0;
    answer({ kind: 'committed', at: 1, outcomes: Array.from({ length: count }, (_, index) => index + 1) });
  };
  return { queue, batches, fatal, post, answer, commit };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const BUSY: WriteOutcome = { kind: 'refused', code: 'busy', retryAfter: BUSY_RETRY_MS };

describe('group commit', () => {
  test('what is asked for in one turn is one batch, in the order of asking', async () => {
    const { batches, post } = queueWithWriter();
    for (const body of ['a', 'b', 'c']) post(body);
    expect(batches).toEqual([]);
    await turn();
    expect(batches.map((batch) => batch.map((write) => write[4]))).toEqual([['a', 'b', 'c']]);
  });

  test('what comes while a commit is under way is the next batch, sent as soon as the answer comes', async () => {
    const { batches, post, commit } = queueWithWriter();
    post('a');
    await turn();
    post('b');
    await turn();
    post('c');
    await turn();
    expect(batches.length).toBe(1);
    commit();
    expect(batches.map((batch) => batch.map((write) => write[4]))).toEqual([['a'], ['b', 'c']]);
  });

  test('nothing is answered before the commit', async () => {
    const { post, commit } = queueWithWriter();
    let answered = false;
    const asked = post('a').then(() => {
      answered = true;
    });
    await turn();
    await turn();
    expect(answered).toBe(false);
    commit();
    await asked;
    expect(answered).toBe(true);
  });

  test('a batch is bounded by writes and by bytes; a single write larger than that goes alone', async () => {
    const { batches, post, commit } = queueWithWriter();
    for (let n = 0; n <= BATCH_WRITES; n += 1) post('a');
    post('x'.repeat(BATCH_BYTES));
    post('b');
    await turn();
    for (let n = 0; n < 3; n += 1) commit();
    expect(batches.map((batch) => batch.length)).toEqual([BATCH_WRITES, 1, 1, 1]);
  });
});

describe('limits and failures', () => {
  test('past the bound on writes, and past the bound on bytes, a write is refused as busy at once', async () => {
    const many = queueWithWriter();
    for (let n = 0; n < QUEUE_WRITES; n += 1) many.post('a');
    expect(await many.post('one too many')).toEqual(BUSY);
    const heavy = queueWithWriter();
    heavy.post('x'.repeat(QUEUE_BYTES / 2));
    expect(await heavy.post('one too many')).toEqual(BUSY);
  });

  test('after a full disk the queue goes on', async () => {
    const { post, answer, commit } = queueWithWriter();
    const refused = post('a');
    await turn();
    const waiting = post('b');
    answer({ kind: 'refused', code: 'storage_full' });
    expect(await refused).toMatchObject({ kind: 'refused', code: 'storage_full', retryAfter: expect.any(Number) });
    commit();
    expect(await waiting).toBe(1);
  });

  test('after an I/O error nothing is acknowledged any more, and it is reported once', async () => {
    const { queue, batches, fatal, post, answer } = queueWithWriter();
    const inFlight = post('a');
    await turn();
    const waiting = post('b');
    answer({ kind: 'fatal', error: 'SQLITE_IOERR_FSYNC' });
    queue.fail(new Error('again'));
    expect(await Promise.all([inFlight, waiting, post('c')])).toEqual([BUSY, BUSY, BUSY]);
    expect(fatal.map((error) => error.message)).toEqual(['SQLITE_IOERR_FSYNC']);
    await queue.close();
    expect(batches.length).toBe(1);
  });

  test('a write that failed rejects for its caller alone', async () => {
    const { post, answer } = queueWithWriter();
    const [bad, good] = [post('a'), post('b')];
    await turn();
    answer({ kind: 'committed', at: 1, outcomes: [{ kind: 'failed', error: 'malformed write' }, 7] });
    await expect(bad).rejects.toThrow('malformed write');
    expect(await good).toBe(7);
  });

  test('closing waits for what was asked before, and refuses what is asked after', async () => {
    const { queue, post, commit } = queueWithWriter();
    const before = post('a');
    let closed = false;
    const closing = queue.close().then(() => {
      closed = true;
    });
    expect(await post('late')).toEqual(BUSY);
    await turn();
    expect(closed).toBe(false);
    commit();
    await closing;
    expect(await before).toBe(1);
  });
});
