import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { TestBrowser } from '../testing/test-browser.ts';
import { Assets } from './assets.ts';
import { cachedAssets } from './bundle-cache.ts';

/** Beside the sources in web/ and protocol/. */
const BUILT_FROM = [
  'package-lock.json',
  'package.json',
  'tsconfig.json',
  'client/connection.ts',
  'server/assets/bundle.ts',
  'server/assets/jquery-subset.ts',
];

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'salon-assets-'));
  await mkdir(join(root, 'protocol'));
  for (const file of BUILT_FROM) await Bun.write(join(root, file), '{}');
  await Bun.write(join(root, 'protocol', 'word.ts'), "export const word: string = 'hello';");
  await Bun.write(join(root, 'web', 'account.ts'), "import { word } from '../protocol/word.ts'; console.log(word);");
  await Bun.write(
    join(root, 'web', 'chat.ts'),
    "import { word } from '../protocol/word.ts'; console.log(word, 'chat');",
  );
  await Bun.write(join(root, 'web', 'styles', 'salon.css'), 'body {\n  color: #336699;\n}\n');
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function served(): Promise<{ assets: Assets; browser: TestBrowser }> {
  const assets = await Assets.load(root);
  const browser = new TestBrowser((scope) => assets.answer(scope) ?? new Response(null, { status: 404 }));
  return { assets, browser };
}

describe('what browsers load', () => {
  test('has the hash of its content in its name, and may be kept for ever', async () => {
    const { assets, browser } = await served();
    expect(assets.scripts.account).toMatch(/^\/assets\/account-[0-9a-f]{16}\.js$/);
    expect(assets.style).toMatch(/^\/assets\/salon-[0-9a-f]{16}\.css$/);
    const script = await browser.get(assets.scripts.account);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const text = await script.text();
    expect(text).toContain('hello');
    expect(text).not.toMatch(/sourceMappingURL|: string|^import/m);
    const style = await browser.get(assets.style);
    expect([style.headers.get('content-type'), await style.text()]).toEqual([
      'text/css; charset=utf-8',
      'body{color:#369}\n',
    ]);
  });

  test('a change of the source changes the name', async () => {
    const before = (await served()).assets;
    await Bun.write(join(root, 'web', 'account.ts'), "console.log('changed');");
    const after = (await served()).assets;
    expect(after.scripts.account).not.toBe(before.scripts.account);
    expect(after.scripts.chat).toBe(before.scripts.chat);
  });

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1.0, *;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['BR', 'br'],
    ['gzip;q=0', null],
    ['identity', null],
    ['', null],
  ])('who accepts "%s" gets %p', async (accepted, coding) => {
    const { assets, browser } = await served();
    const answer = await browser.get(assets.style, { 'accept-encoding': accepted });
    expect([answer.headers.get('content-encoding'), answer.headers.get('vary')]).toEqual([coding, 'accept-encoding']);
    const bytes = await answer.bytes();
    const plain = coding === 'br' ? brotliDecompressSync(bytes) : coding === 'gzip' ? gunzipSync(bytes) : bytes;
    expect(new TextDecoder().decode(plain)).toBe('body{color:#369}\n');
  });

  test('nothing else is served from there', async () => {
    const { assets, browser } = await served();
    const paths = [
      '/assets/',
      '/assets/account.js',
      '/assets/../package-lock.json',
      `${assets.style}.map`,
      '/web/chat.ts',
    ];
    for (const path of paths) expect((await browser.get(path)).status).toBe(404);
    expect((await browser.request(assets.style, { method: 'POST' })).status).toBe(404);
  });

  test('the icon is there if there is one, and asking for it is never an error', async () => {
    expect((await (await served()).browser.get('/favicon.ico')).status).toBe(204);
    await Bun.write(join(root, 'web', 'pages', 'icon.svg'), '<svg/>');
    const icon = await (await served()).browser.get('/icon.svg');
    expect([icon.headers.get('content-type'), await icon.text()]).toEqual(['image/svg+xml', '<svg/>']);
    const packed = await (await served()).browser.get('/icon.svg', { 'accept-encoding': 'br' });
    expect(packed.headers.get('content-encoding')).toBe('br');
    expect(brotliDecompressSync(await packed.bytes()).toString()).toBe('<svg/>');
  });

  test('so are the icons with a count, which may be cached, and no other counts', async () => {
    const { browser } = await served();
    for (const name of ['1', '99', 'many']) {
      const { status, headers } = await browser.get(`/icon-${name}.svg`);
      const shown = [status, headers.get('content-type'), headers.get('cache-control')];
      expect(shown).toEqual([200, 'image/svg+xml', 'public, max-age=86400']);
    }
    for (const name of ['0', '100', 'x']) expect((await browser.get(`/icon-${name}.svg`)).status).toBe(404);
  });
});

describe('what was built', () => {
  const entries = () => readdir(join(root, '.build'));

  test('is read again at the next start, not built again', async () => {
    const built = await cachedAssets(root);
    const [place = ''] = await entries();
    await Bun.write(join(root, '.build', place, 'style.plain'), 'kept');
    expect(new TextDecoder().decode((await cachedAssets(root)).style.plain)).toBe('kept');
    expect((await cachedAssets(root)).style.name).toBe(built.style.name);
  });

  test('is built anew when a source changed, and the old one is forgotten', async () => {
    await cachedAssets(root);
    const [before = ''] = await entries();
    await utimes(join(root, 'protocol', 'word.ts'), new Date(), new Date(Date.now() + 5_000));
    await cachedAssets(root);
    const after = await entries();
    expect([after.length, after.includes(before)]).toEqual([1, false]);
  });

  test.each(BUILT_FROM)('is built anew when %s changed', async (file) => {
    await cachedAssets(root);
    const [before = ''] = await entries();
    await utimes(join(root, file), new Date(), new Date(Date.now() + 5_000));
    await cachedAssets(root);
    expect(await entries()).not.toContain(before);
  });

  test('is built anew when its cache entry is incomplete', async () => {
    const built = await cachedAssets(root);
    const [place = ''] = await entries();
    await rm(join(root, '.build', place, 'chat.br'));
    expect((await cachedAssets(root)).chat.br).toEqual(built.chat.br);
    expect(await readdir(join(root, '.build', place))).toContain('chat.br');
  });

  test('stays in memory where nothing can be written', async () => {
    await Bun.write(join(root, 'no-directory'), '');
    const built = await cachedAssets(root, join(root, 'no-directory'));
    expect(built.account.plain.byteLength).toBeGreaterThan(0);
  });

  test('is whole for both when two servers start at once', async () => {
    const [one, other] = await Promise.all([cachedAssets(root), cachedAssets(root)]);
    expect(one).toEqual(other);
    expect(await entries()).toHaveLength(1);
  });

  test('a source with a syntax error fails the start, and is not served', async () => {
    await Bun.write(join(root, 'web', 'chat.ts'), 'const = ;');
    const failure = await cachedAssets(root).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
  });
});
