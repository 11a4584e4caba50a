/** A server as it is reached on a local network: at an address that no browser trusts. */
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser/browser.ts';

/** Of no network that there is. */
const ADDRESS = '192.0.2.7';

/** To it the address is this machine's. */
export function launchOnLan(): Promise<Browser> {
  return launchBrowser(`--host-resolver-rules=MAP ${ADDRESS} 127.0.0.1`);
}

export function onLan({ port }: { readonly port: number }): { readonly url: string } {
  return { url: `http://${ADDRESS}:${port}` };
}
