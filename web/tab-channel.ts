import type { Claim } from './claims.ts';
import { hasKeys, isText } from './shape.ts';

/** To the other tabs of this browser; on a browser that has no such thing, to nobody. */
export class TabChannel {
  readonly #channel: BroadcastChannel | null;

  constructor(name: string, heard: (claim: Claim) => void) {
    this.#channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
    this.#channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isClaim(data)) heard(data);
    });
  }

  tell(claim: Claim): void {
    this.#channel?.postMessage(claim);
  }
}

function isClaim(value: unknown): value is Claim {
  return hasKeys({ what: isText, token: isText })(value);
}
