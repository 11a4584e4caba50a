import type { ConnectionState } from '../../client/connection.ts';
import { messages } from '../locale/en.ts';

/** `ended`: the page does not try again. */
export type StatusKind = 'good' | 'busy' | 'bad' | 'ended';

/** The status as it is, never a better one. */
export function statusOf(state: ConnectionState, isLive: boolean, toGo: number): readonly [StatusKind, string] {
  switch (state) {
    case 'connecting':
    case 'stopped':
      return ['busy', messages.connecting];
    case 'open':
      return isLive ? ['good', messages.upToDate] : ['busy', messages.catchingUp(toGo)];
    case 'offline':
      return ['bad', messages.offline];
    case 'signed-out':
      return ['ended', messages.loggedOut];
    case 'forbidden':
      return ['ended', messages.forbidden];
    case 'gone':
      return ['ended', messages.gone];
    default:
      return state satisfies never;
  }
}
