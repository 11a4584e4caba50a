import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { Scope } from '../../channels/scope.ts';
import { accepts } from '../http/content-encoding.ts';
import { badgeIcon } from './badge-icon.ts';
import type { BundledFile, Bundles } from './bundle.ts';
import { cachedAssets } from './bundle-cache.ts';

const FOLDER = '/assets/';
const FOR_EVER = 'public, max-age=31536000, immutable';
const A_DAY = 'public, max-age=86400';

const ICON_HEADERS = { 'content-type': 'image/svg+xml', 'cache-control': A_DAY };

interface Icon {
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly br: Uint8Array<ArrayBuffer>;
}

/** The static files: the style, the scripts, the icons. All of them are in memory. */
export class Assets {
  readonly style: string;
  readonly scripts: { readonly account: string; readonly chat: string };
  readonly #files: ReadonlyMap<string, BundledFile>;
  readonly #icon: Icon | null;

  constructor(built: Bundles, icon: Uint8Array<ArrayBuffer> | null) {
    const { style, account, chat } = built;
    this.style = FOLDER + style.name;
    this.scripts = { account: FOLDER + account.name, chat: FOLDER + chat.name };
    this.#files = new Map([style, account, chat].map((file) => [FOLDER + file.name, file]));
    this.#icon = icon === null ? null : { plain: icon, br: new Uint8Array(brotliCompressSync(icon)) };
  }

  /** `root`: the folder of web/, client/ and protocol/. */
  static async load(root: string): Promise<Assets> {
    const icon = Bun.file(join(root, 'web', 'pages', 'icon.svg'));
    const [built, bytes] = await Promise.all([
      cachedAssets(root),
      icon.exists().then((exists) => (exists ? icon.bytes() : null)),
    ]);
    return new Assets(built, bytes);
  }

  answer(scope: Scope): Response | null {
    if (scope.method !== 'GET' && scope.method !== 'HEAD') return null;
    const accepted = scope.headers.get('accept-encoding') ?? '';
    if (scope.path === '/favicon.ico' || scope.path === '/icon.svg') return iconResponse(this.#icon, accepted);
    const badge = badgeIcon(scope.path);
    if (badge !== null) return new Response(badge, { headers: ICON_HEADERS });
    const file = this.#files.get(scope.path);
    return file === undefined ? null : fileResponse(file, accepted);
  }
}

function iconResponse(icon: Icon | null, accepted: string): Response {
  if (icon === null) return new Response(null, { status: 204, headers: { 'cache-control': A_DAY } });
  const headers = { ...ICON_HEADERS, vary: 'accept-encoding' };
  if (accepts(accepted, 'br')) return new Response(icon.br, { headers: { ...headers, 'content-encoding': 'br' } });
  return new Response(icon.plain, { headers });
}

function fileResponse(file: BundledFile, accepted: string): Response {
  const headers = { 'content-type': file.type, 'cache-control': FOR_EVER, vary: 'accept-encoding' };
  if (accepts(accepted, 'br')) return new Response(file.br, { headers: { ...headers, 'content-encoding': 'br' } });
  if (accepts(accepted, 'gzip'))
    return new Response(file.gzip, { headers: { ...headers, 'content-encoding': 'gzip' } });
  return new Response(file.plain, { headers });
}
