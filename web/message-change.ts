import type { ServerFrame } from '../protocol/frames.ts';
import type { Position } from './conversation.ts';
import type { Change } from './unread-counts.ts';

type ChangeFrame = Extract<ServerFrame, { type: 'chat_message' | 'message_changed' }>;

/** What a frame about a message means to whoever counts. */
export function changeOf(frame: ChangeFrame, me: string): Change {
  const { seq, user, changed = seq } = frame;
  const isDeleted = 'deleted' in frame && frame.deleted !== undefined;
  const kind = isDeleted ? 'deleted' : frame.type === 'chat_message' && changed === seq ? 'new' : 'edited';
  return { kind, seq, changed, isMine: user === me };
}

/** A message that was written since one was here last; not what one is shown on entering. */
export function isNews(frame: ChangeFrame, position: Position | null): boolean {
  if (frame.type !== 'chat_message' || frame.repeat === true) return false;
  return position !== null && frame.seq > position.after;
}
