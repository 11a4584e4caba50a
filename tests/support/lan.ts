/** The server at an address on a local network, which no browser trusts. */
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser/browser.ts';

/** Reserved for documentation: no network has it. */
const ADDRESS = '192.0.2.7';

/** A browser that resolves the address to this machine. */
export function launchOnLan(): Promise<Browser> {
  return launchBrowser(`--host-resolver-rules=MAP ${ADDRESS} 127.0.0.1`);
}

export function onLan({ port }: { readonly port: number }): { readonly url: string } {
  return { url: `http://${ADDRESS}:${port}` };
}
