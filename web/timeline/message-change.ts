import type { MessageState, ServerFrame } from '../../protocol/frames.ts';
import type { Change } from '../rooms/unread-counts.ts';

export type ChangeFrame = Extract<ServerFrame, { type: 'chat_message' | 'message_changed' }>;
type Deletion = Extract<ChangeFrame, { readonly deleted: string }>;

export function isDeletion(frame: ChangeFrame): frame is Deletion {
  return 'deleted' in frame && frame.deleted !== undefined;
}

/** The number of a message's last change. */
export function lastChange({ seq, changed }: Pick<MessageState, 'seq' | 'changed'>): number {
  return changed ?? seq;
}

/** The change of a frame, as the unread counts need it. */
export function changeOf(frame: ChangeFrame, me: string): Change {
  const [{ type, seq, user }, changed] = [frame, lastChange(frame)];
  const kind = isDeletion(frame) ? 'deleted' : type === 'chat_message' && changed === seq ? 'new' : 'edited';
  return { kind, seq, changed, isMine: user === me };
}

/** A message posted after the user's last `position`, not one that a fresh entry shows. */
export function isNewMessage(frame: ChangeFrame, position: { readonly after: number } | null): boolean {
  if (frame.type !== 'chat_message' || frame.repeat === true) return false;
  return position !== null && frame.seq > position.after;
}
