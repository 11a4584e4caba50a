import { type Place, socketAddress } from './address.ts';
import type { Clock } from './clock.ts';
import { Connection, type ConnectionState } from './connection.ts';
import { verdictOn } from './verdict.ts';
import { openWire } from './wire.ts';

export interface SiteEars {
  readonly clock: Clock;
  readonly heard: (text: string) => void;
  readonly changed: (state: ConnectionState) => void;
}

/** `path`: asked at every try. */
export function siteConnection(place: Place, path: () => string, ears: SiteEars): Connection {
  return new Connection({
    ...ears,
    random: Math.random,
    open: openWire,
    address: () => socketAddress(location, path()),
    verdict: () => verdictOn(place),
  });
}
