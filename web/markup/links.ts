/** A URL in a message: the index of its end and its target; `href` is null when it is not a valid link. */
export interface LinkText {
  readonly end: number;
  readonly href: string | null;
}

/** The only schemes that a message may link to. */
const SCHEMES = ['http:', 'https:', 'mailto:'];
const BEGINNING = /^(?:https?:\/\/[[\p{L}\p{N}]\[]|mailto:[^@]+@[\p{L}\p{N}])/iv;

/** A URL ends before these. Marks that change the writing direction would display another URL than the real one. */
const STOP =
  /[\s\p{Cc}<>"`\\^\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u3001\u3002\u300c-\u300f\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f“”«»]/gv;

const SENTENCE_MARKS = ".,;:!?'*_~…’";
const OPENING: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

/** `at`: the index of the scheme. */
export function linkAt(line: string, at: number): LinkText {
  const end = endOf(line, at);
  const href = hrefOf(line.slice(at, end));
  return { end, href };
}

function endOf(line: string, at: number): number {
  STOP.lastIndex = at;
  const stop = STOP.exec(line)?.index ?? line.length;
  return at + withoutTail(line.slice(at, stop));
}

/** Excludes punctuation that ends the sentence, and a bracket that was opened before the URL. */
function withoutTail(text: string): number {
  const open = new Map([...OPENING].map(([close, opening]) => [close, count(text, opening) - count(text, close)]));
  let end = text.length;
  for (; end > 0; end--) {
    const last = text.charAt(end - 1);
    const missing = open.get(last) ?? 0;
    if (!SENTENCE_MARKS.includes(last) && missing >= 0) break;
    if (missing < 0) open.set(last, missing + 1);
  }
  return end;
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

function hrefOf(text: string): string | null {
  if (!BEGINNING.test(text)) return null;
  try {
    const { protocol, href } = new URL(text);
    return SCHEMES.includes(protocol) ? href : null;
  } catch {
    return null;
  }
}
