import { type ChangeFrame, lastChange } from '../../client/stream-position.ts';
import type { Change } from '../rooms/unread-counts.ts';

type Deletion = Extract<ChangeFrame, { readonly deleted: string }>;

export function isDeletion(frame: ChangeFrame): frame is Deletion {
  return 'deleted' in frame && frame.deleted !== undefined;
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
