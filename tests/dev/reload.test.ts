import { expect, test } from 'bun:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { withReload } from './reload.ts';

const none = new Uint8Array();
const script = { name: 'chat-1234.js', type: 'text/javascript', plain: Buffer.from('run()'), gzip: none, br: none };

test('a script of the dev server has a new name for each start, and reloads its page in every encoding', () => {
  const served = withReload({ ...script, plain: new Uint8Array(script.plain) }, 'abc');
  expect(served.name).toBe('chat-1234-abc.js');
  const text = Buffer.from(served.plain).toString();
  expect(text).toStartWith('run()');
  expect(text).toContain('location.reload()');
  expect(gunzipSync(served.gzip).toString()).toBe(text);
  expect(brotliDecompressSync(served.br).toString()).toBe(text);
});
