import type { ConnectionState } from '../../client/connection.ts';
import { words } from '../locale/en.ts';

/** `ended`: nothing is tried any more. */
export type Mood = 'good' | 'busy' | 'bad' | 'ended';

/** What is true of the connection, and nothing better. */
export function statusOf(state: ConnectionState, isLive: boolean, toGo: number): readonly [Mood, string] {
  switch (state) {
    case 'connecting':
    case 'stopped':
      return ['busy', words.connecting];
    case 'open':
      return isLive ? ['good', words.upToDate] : ['busy', words.catchingUp(toGo)];
    case 'offline':
      return ['bad', words.offline];
    case 'signed-out':
      return ['ended', words.signedOut];
    case 'forbidden':
      return ['ended', words.forbidden];
    case 'gone':
      return ['ended', words.gone];
    default:
      return state satisfies never;
  }
}
