import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { jqueryParts } from './jquery-subset.ts';

/** One file as it is served, in each encoding. */
export interface BundledFile {
  /** Contains a hash of the content, so that browsers may cache the file for ever. */
  readonly name: string;
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  readonly br: Uint8Array<ArrayBuffer>;
}

export interface Bundles {
  readonly style: BundledFile;
  readonly account: BundledFile;
  readonly chat: BundledFile;
}

/** Bundles the entry points of `web/` below `root`. Throws when the sources cannot be built. */
export async function buildAssets(root: string): Promise<Bundles> {
  const [account, chat, style] = await Promise.all([
    buildScript(root, 'account'),
    buildScript(root, 'chat'),
    buildStyle(root),
  ]);
  return { style, account, chat };
}

async function buildScript(root: string, name: 'account' | 'chat'): Promise<BundledFile> {
  const source = await bundle(join(root, 'web', `${name}.ts`));
  return built(name, 'js', 'text/javascript; charset=utf-8', source);
}

async function buildStyle(root: string): Promise<BundledFile> {
  return built('salon', 'css', 'text/css; charset=utf-8', await bundle(join(root, 'web', 'styles', 'salon.css')));
}

async function bundle(entrypoint: string): Promise<Uint8Array<ArrayBuffer>> {
  const { outputs } = await Bun.build({
    entrypoints: [entrypoint],
    target: 'browser',
    format: 'iife',
    minify: true,
    sourcemap: 'none',
    plugins: [jqueryParts],
  });
  const [output] = outputs;
  if (output === undefined || outputs.length !== 1)
    throw new Error(`bundling ${entrypoint} gave ${outputs.length} files instead of one`);
  return new Uint8Array(await output.arrayBuffer());
}

/** The encoding of distances: of all that were tried, the one that makes these scripts smallest. */
const BROTLI_DISTANCES = { [constants.BROTLI_PARAM_NPOSTFIX]: 1, [constants.BROTLI_PARAM_NDIRECT]: 30 };

function built(name: string, extension: string, type: string, plain: Uint8Array<ArrayBuffer>): BundledFile {
  const hash = new Bun.CryptoHasher('sha256').update(plain).digest('hex').slice(0, 16);
  const br = brotliCompressSync(plain, {
    params: { ...BROTLI_DISTANCES, [constants.BROTLI_PARAM_SIZE_HINT]: plain.byteLength },
  });
  return {
    name: `${name}-${hash}.${extension}`,
    type,
    plain,
    gzip: new Uint8Array(gzipSync(plain, { level: 9 })),
    br: new Uint8Array(br),
  };
}
