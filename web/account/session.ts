import { hasKeys, isArrayOf, isRecord, isText } from '../../protocol/shape.ts';

/** A session of this page's user. */
export interface Session {
  readonly id: string;
  readonly created: Date;
  /** Rounded to the hour. */
  readonly seen: Date;
  /** Empty when it is not known. */
  readonly device: string;
  readonly isCurrent: boolean;
}

/** The current session first, then the most recently used; null for a malformed response or one about another user. */
export function parseSessions(body: unknown, user: string): Session[] | null {
  if (!isRecord(body) || body.user !== user || !isSessions(body.sessions)) return null;
  return body.sessions.map(toSession).sort((a, b) => rank(b) - rank(a));
}

interface SessionBody {
  readonly id: string;
  readonly created: string;
  readonly seen: string;
  readonly device: string;
  readonly current: boolean;
}

function toSession({ id, created, seen, device, current }: SessionBody): Session {
  return { id, created: new Date(created), seen: new Date(seen), device, isCurrent: current };
}

function rank({ isCurrent, seen }: Session): number {
  return isCurrent ? Number.POSITIVE_INFINITY : seen.getTime();
}

function isSessions(value: unknown): value is SessionBody[] {
  const isCurrent = (current: unknown): boolean => typeof current === 'boolean';
  return isArrayOf(hasKeys({ id: isText, created: isTime, seen: isTime, device: isText, current: isCurrent }))(value);
}

function isTime(value: unknown): boolean {
  return isText(value) && !Number.isNaN(Date.parse(value));
}
