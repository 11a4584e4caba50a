import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundledFile, type Bundles, buildAssets } from './bundle.ts';

/** What goes into a bundle, and the bundler itself: its plugins, its options and the form of this cache. */
const SOURCE_FOLDERS = ['client', 'protocol', 'server/assets', 'web'];
/** The packages that are bundled, and the settings that the bundler reads by itself. */
const SOURCE_FILES = ['package-lock.json', 'package.json', 'tsconfig.json'];
const KINDS = ['style', 'account', 'chat'] as const;

/**
 * What was built is kept in `.build/`, under a hash of what it was built from, so that a second start builds nothing.
 * Nothing depends on it: what cannot be read is built again, what cannot be written stays in memory.
 */
export async function cachedAssets(root: string, directory = join(root, '.build')): Promise<Bundles> {
  const place = join(directory, `assets-${await sourcesKey(root)}`);
  const kept = await read(place);
  if (kept !== null) return kept;
  const built = await buildAssets(root);
  await keep(built, directory, place).catch(() => {});
  return built;
}

/** Names, sizes and times of change: contents would have to be read at every start. */
async function sourcesKey(root: string): Promise<string> {
  const trees = await Promise.all(SOURCE_FOLDERS.map((folder) => filesBelow(root, folder)));
  const files = [...SOURCE_FILES, ...trees.flat()].sort();
  const marks = await Promise.all(files.map((file) => markOf(root, file)));
  return new Bun.CryptoHasher('sha256')
    .update([Bun.version, ...marks].join('\n'))
    .digest('hex')
    .slice(0, 32);
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}

async function markOf(root: string, file: string): Promise<string> {
  const { size, mtimeMs } = await stat(join(root, file));
  return `${file} ${size} ${mtimeMs}`;
}

async function read(place: string): Promise<Bundles | null> {
  try {
    const [style, account, chat] = await Promise.all(KINDS.map((kind) => readOne(place, kind)));
    return style && account && chat ? { style, account, chat } : null;
  } catch {
    return null;
  }
}

async function readOne(place: string, kind: string): Promise<BundledFile> {
  const bytes = (ending: string) => Bun.file(join(place, `${kind}.${ending}`)).bytes();
  const [label, plain, gzip, br] = await Promise.all([
    Bun.file(join(place, `${kind}.name`)).text(),
    bytes('plain'),
    bytes('gzip'),
    bytes('br'),
  ]);
  const [name, type, ...rest] = label.split('\n');
  if (!name || !type || rest.length > 0) throw new Error(`${kind} was not kept whole`);
  return { name, type, plain, gzip, br };
}

/** Written aside and renamed: whoever reads finds all of it or nothing. */
async function keep(built: Bundles, directory: string, place: string): Promise<void> {
  const aside = join(directory, `new-${process.pid}-${crypto.randomUUID()}`);
  await mkdir(aside, { recursive: true });
  try {
    await Promise.all(KINDS.map((kind) => writeOne(aside, kind, built[kind])));
    await rm(place, { recursive: true, force: true });
    await rename(aside, place);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
  await forgetOlder(directory, place);
}

async function writeOne(aside: string, kind: string, file: BundledFile): Promise<void> {
  await Promise.all([
    Bun.write(join(aside, `${kind}.name`), `${file.name}\n${file.type}`),
    Bun.write(join(aside, `${kind}.plain`), file.plain),
    Bun.write(join(aside, `${kind}.gzip`), file.gzip),
    Bun.write(join(aside, `${kind}.br`), file.br),
  ]);
}

async function forgetOlder(directory: string, place: string): Promise<void> {
  const names = await readdir(directory);
  const older = names.filter((name) => name.startsWith('assets-')).map((name) => join(directory, name));
  await Promise.all(older.filter((path) => path !== place).map((path) => rm(path, { recursive: true, force: true })));
}
