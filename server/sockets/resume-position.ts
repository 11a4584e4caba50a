import { Denied } from '../../channels/consumer.ts';

/** The position a client claims: complete up to `after` in the history named by `epoch`; it accepts at most `max` changes. */
export interface ResumePosition {
  readonly after: number | null;
  readonly epoch: string | null;
  readonly max: number;
}

const EPOCH_CHARACTERS = 64;

/** From a socket's query. Throws Denied 400. */
export function parseResumePosition(query: URLSearchParams): ResumePosition {
  const epoch = query.get('epoch');
  if (epoch !== null && epoch.length > EPOCH_CHARACTERS) throw new Denied(400);
  return { after: wholeNumber(query, 'after'), epoch, max: wholeNumber(query, 'max') ?? Number.MAX_SAFE_INTEGER };
}

function wholeNumber(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  const number = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(number)) throw new Denied(400);
  return number;
}
