import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { BundledFile } from '../../server/assets/bundle.ts';

const POLL_MS = 500;

/** Reloads the page when the server hands it out with another script or style than it has. */
const RELOAD = `
;(() => {
  const addresses = [...document.querySelectorAll('script[src], link[rel=stylesheet]')]
    .map((element) => element.getAttribute('src') ?? element.getAttribute('href'));
  const look = async () => {
    const page = await fetch(location.href).then((answer) => answer.text()).catch(() => '');
    if (page.includes('/assets/') && !addresses.every((address) => page.includes(address))) location.reload();
    setTimeout(look, ${POLL_MS});
  };
  setTimeout(look, ${POLL_MS});
})();
`;

/** The script under a name of this start of the server, with the reload at its end. */
export function withReload(script: BundledFile, startedAt: string): BundledFile {
  const plain = new Uint8Array(Buffer.concat([script.plain, Buffer.from(RELOAD)]));
  return {
    name: script.name.replace(/\.js$/, `-${startedAt}.js`),
    type: script.type,
    plain,
    gzip: new Uint8Array(gzipSync(plain, { level: 1 })),
    br: new Uint8Array(brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })),
  };
}
