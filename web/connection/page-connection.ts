import type { Clock } from '../../client/clock.ts';
import { Connection, type ConnectionState } from '../../client/connection.ts';
import { openWire } from '../../client/socket.ts';
import { type Place, socketAddress } from '../browser/urls.ts';
import { verdictOn } from './refused-reason.ts';

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
