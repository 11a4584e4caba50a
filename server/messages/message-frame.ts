import { type ChatMessage, encodeFrame, type MessageChanged } from '../../protocol/frames.ts';
import type { Message } from '../../store/store.ts';

/**
 * A message that the client does not have yet. `position` is the number up to which a client is complete once it has this
 * frame: in a replay it is less than the message's own last change while that change has yet to be delivered.
 */
export function chatMessage(message: Message, position = message.changed): ChatMessage {
  return {
    type: 'chat_message',
    user: message.author,
    message: message.body,
    seq: message.seq,
    changed: position === message.seq ? undefined : position,
    timestamp: isoTime(message.createdAt),
    nonce: message.nonce ?? undefined,
    edited: message.editedAt === null ? undefined : isoTime(message.editedAt),
    deleted: message.deletedAt === null ? undefined : isoTime(message.deletedAt),
  };
}

/** A message that the client has, as it is now. */
export function messageChanged(message: Message, position = message.changed): MessageChanged {
  if (message.deletedAt === null) return { ...chatMessage(message), type: 'message_changed', changed: position };
  return {
    type: 'message_changed',
    user: message.author,
    seq: message.seq,
    changed: position,
    timestamp: isoTime(message.createdAt),
    nonce: message.nonce ?? undefined,
    deleted: isoTime(message.deletedAt),
  };
}

export function encodeServerFrame(message: Message, position = message.changed): string {
  return encodeFrame(chatMessage(message, position));
}

export function encodeChanged(message: Message, position = message.changed): string {
  return encodeFrame(messageChanged(message, position));
}

/** A list of encoded frames, as one frame. */
export function encodeList(frames: readonly string[]): string {
  return `[${frames.join(',')}]`;
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
