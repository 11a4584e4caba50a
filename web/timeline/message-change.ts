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

/** What a frame about a message means to whoever counts. */
export function changeOf(frame: ChangeFrame, me: string): Change {
  const [{ type, seq, user }, changed] = [frame, lastChange(frame)];
  const kind = isDeletion(frame) ? 'deleted' : type === 'chat_message' && changed === seq ? 'new' : 'edited';
  return { kind, seq, changed, isMine: user === me };
}

/** A message that was written since one was here last; not what one is shown on entering. `position`: how far one was. */
export function isNews(frame: ChangeFrame, position: { readonly after: number } | null): boolean {
  if (frame.type !== 'chat_message' || frame.repeat === true) return false;
  return position !== null && frame.seq > position.after;
}
