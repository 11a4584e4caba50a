import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundledFile, type Bundles, buildAssets } from './bundle.ts';

/** What goes into a bundle, and the bundler itself: its plugins, its options and the form of this cache. */
const SOURCE_FOLDERS = ['client', 'protocol', 'server/assets', 'web'];
/** The packages that are bundled, and the settings that the bundler reads by itself. */
const SOURCE_FILES = ['package-lock.json', 'package.json', 'tsconfig.json'];
const KINDS = ['style', 'account', 'chat'] as const;

/**
 * Stores the bundles in `.build/`, under a hash of their sources, so that a second start builds nothing. Nothing depends
 * on the cache: an entry that cannot be read is built again, one that cannot be written stays in memory.
 */
export async function cachedAssets(root: string, directory = join(root, '.build')): Promise<Bundles> {
  const folder = join(directory, `assets-${await sourcesKey(root)}`);
  const cached = await read(folder);
  if (cached !== null) return cached;
  const built = await buildAssets(root);
  await store(built, directory, folder).catch(() => {});
  return built;
}

/** A hash of names, sizes and times of change: contents would have to be read at every start. */
async function sourcesKey(root: string): Promise<string> {
  const trees = await Promise.all(SOURCE_FOLDERS.map((folder) => filesBelow(root, folder)));
  const files = [...SOURCE_FILES, ...trees.flat()].sort();
  const fingerprints = await Promise.all(files.map((file) => fingerprintOf(root, file)));
  return new Bun.CryptoHasher('sha256')
    .update([Bun.version, ...fingerprints].join('\n'))
    .digest('hex')
    .slice(0, 32);
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}

async function fingerprintOf(root: string, file: string): Promise<string> {
  const { size, mtimeMs } = await stat(join(root, file));
  return `${file} ${size} ${mtimeMs}`;
}

async function read(folder: string): Promise<Bundles | null> {
  try {
    const [style, account, chat] = await Promise.all(KINDS.map((kind) => readOne(folder, kind)));
    return style && account && chat ? { style, account, chat } : null;
  } catch {
    return null;
  }
}

async function readOne(folder: string, kind: string): Promise<BundledFile> {
  const bytes = (ending: string) => Bun.file(join(folder, `${kind}.${ending}`)).bytes();
  const [label, plain, gzip, br] = await Promise.all([
    Bun.file(join(folder, `${kind}.name`)).text(),
    bytes('plain'),
    bytes('gzip'),
    bytes('br'),
  ]);
  const [name, type, ...rest] = label.split('\n');
  if (!name || !type || rest.length > 0) throw new Error(`incomplete asset cache entry: ${kind}`);
  return { name, type, plain, gzip, br };
}

/** Writes a temporary folder and renames it: a reader finds a whole entry or none. */
async function store(built: Bundles, directory: string, folder: string): Promise<void> {
  const temporary = join(directory, `new-${process.pid}-${crypto.randomUUID()}`);
  await mkdir(temporary, { recursive: true });
  try {
    await Promise.all(KINDS.map((kind) => writeOne(temporary, kind, built[kind])));
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  await removeOlder(directory, folder);
}

async function writeOne(temporary: string, kind: string, file: BundledFile): Promise<void> {
  await Promise.all([
    Bun.write(join(temporary, `${kind}.name`), `${file.name}\n${file.type}`),
    Bun.write(join(temporary, `${kind}.plain`), file.plain),
    Bun.write(join(temporary, `${kind}.gzip`), file.gzip),
    Bun.write(join(temporary, `${kind}.br`), file.br),
  ]);
}

async function removeOlder(directory: string, folder: string): Promise<void> {
  const names = await readdir(directory);
  const older = names.filter((name) => name.startsWith('assets-')).map((name) => join(directory, name));
  await Promise.all(older.filter((path) => path !== folder).map((path) => rm(path, { recursive: true, force: true })));
}
