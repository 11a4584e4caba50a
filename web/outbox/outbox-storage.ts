import { usableNonce } from '../../protocol/frames.ts';
import { REFUSALS } from '../../protocol/refusals.ts';
import { hasKeys, isOptional, isText } from '../../protocol/shape.ts';
import type { DeviceStore, StorageKind } from '../storage/device-store.ts';
import type { OutgoingMessage, SendRefusal } from './outgoing-message.ts';
import { isRefusalCode } from './send-failure.ts';

/** A message that the server has not stored yet, for the page that comes after the one it was written in. */
export interface StoredOutgoingMessage extends OutgoingMessage {
  readonly room: string;
  /** Set when it is finally refused; without it the message waits. */
  readonly refused?: Pick<SendRefusal, 'code' | 'message'>;
}

const PREFIX = 'outbox/';

/** One user's unsent messages on the device. */
export class OutboxStorage {
  constructor(private readonly store: DeviceStore) {}

  putMessage(message: StoredOutgoingMessage): Promise<StorageKind> {
    return this.store.put(PREFIX + message.nonce, message);
  }

  deleteMessage(nonce: string): Promise<StorageKind> {
    return this.store.delete(PREFIX + nonce);
  }

  /** Messages of one tab come in the order of writing. Entries of another version that cannot be read stay stored. */
  async readMessages(): Promise<StoredOutgoingMessage[]> {
    const all = [...(await this.store.entries(PREFIX)).values()];
    return all.filter(isStoredMessage).sort((a, b) => (a.nonce < b.nonce ? -1 : 1));
  }
}

const REFUSED = hasKeys({ code: isRefusalCode, message: isText });

function isStoredMessage(value: unknown): value is StoredOutgoingMessage {
  return hasKeys({ nonce: isNonce, text: isText, tab: isText, room: isText, refused: isOptional(REFUSED) })(value);
}

/** A message with an unusable nonce could never be sent, and would block all that were written after it. */
function isNonce(value: unknown): boolean {
  return usableNonce(value) !== undefined;
}

export function refusalOfStored({ code, message }: Pick<SendRefusal, 'code' | 'message'>): SendRefusal {
  return { code, message, final: REFUSALS[code].final };
}
