import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { safeSink } from '../channels/log.ts';
import { RecordingLog } from '../channels/testing/recording-log.ts';
import { accessLog, wholeLines } from './access-log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'salon-access-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a file is appended to, a line each', async () => {
  const file = join(folder, 'access.log');
  accessLog(file)('one');
  accessLog(file)('two');
  expect(await Bun.file(file).text()).toBe('one\ntwo\n');
});

test.skipIf(!existsSync('/dev/full'))('on a full disk lines are lost, the log is told once, and nothing throws', () => {
  const log = new RecordingLog();
  const write = safeSink(accessLog('/dev/full'), 'the access log', log);
  for (const line of ['one', 'two', 'three']) write(line);
  expect(log.lines).toHaveLength(1);
  expect(log.lines[0]).toMatch(/^error the access log loses lines .*ENOSPC/);
});

test('a closed standard output does not end the server', async () => {
  const program = `
    import { accessLog } from ${JSON.stringify(join(import.meta.dir, 'access-log.ts'))};
    import { safeSink } from ${JSON.stringify(join(import.meta.dir, '../channels/log.ts'))};
    import { createLog } from ${JSON.stringify(join(import.meta.dir, '../channels/log.ts'))};
    const log = createLog(0);
    let isTold = false;
    const error = (line) => {
      isTold = true;
      log.error(line);
    };
    const write = safeSink(accessLog('-'), 'the access log', { ...log, error });
    process.stdin.once('data', () => {
      // The other end closes a moment after its owner let go of it.
      setInterval(() => {
        write('one');
        if (!isTold) return;
        for (const line of ['two', 'three']) write(line);
        process.exit(7);
      }, 1);
    });
    console.log('ready');`;
  const child = Bun.spawn([process.execPath, '-e', program], { stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' });
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  child.stdin.write('go');
  child.stdin.end();
  expect(await child.exited).toBe(7);
  expect((await child.stderr.text()).match(/the access log loses lines .*EPIPE/g)).toHaveLength(1);
});

test('after a part of a line the next begins on a line of its own', () => {
  const room = [3, 100, 100];
  let kept = '';
  const write = wholeLines((bytes) => {
    const taken = Buffer.from(bytes).subarray(0, room.shift());
    kept += taken.toString();
    return taken.length;
  });
  for (const line of ['GET /one', 'GET /two', 'GET /three']) write(line);
  expect(kept).toBe('GET\nGET /two\nGET /three\n');
});
