import { withoutTail } from './link-tail.ts';

/** An address in a message: the index of its end and its target; `href` is null when it is not a valid link. */
export interface LinkText {
  readonly end: number;
  readonly href: string | null;
}

/** The only schemes that a message may link to. */
const SCHEMES = ['http:', 'https:', 'mailto:'];
/** All before the host. */
const BEGINNING =
  /(?:(?:https?:\/\/(?:[\w.%+~:\-]{1,64}@)?|mailto:[^\s\/?#@<>"]{1,64}@)(?=[\p{L}\p{N}\[])|(?=www\.[\p{L}\p{N}]))/ivy;

const LABEL = String.raw`[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\uFE0F\u200C\u200D·%_\-]+`;
/** The last label is of one script: a letter of another one belongs to the text. */
const SCRIPTS = 'Latn Cyrl Grek Hang Hani Hira Kana Arab Hebr Deva Beng Taml Thai Armn Geor'.split(' ');
const LAST_LABEL = SCRIPTS.map((script) => String.raw`(?:[\p{scx=${script}}\u0300-\u036F\d\-]|_(?=[a-z\d]))+`).join(
  '|',
);
/** So is what follows a name of several labels in ASCII, for it may be complete: `https://example.org에서`. */
const ASCII_NAME = String.raw`(?:localhost|(?:[a-z\d_\-]+\.)+[a-z\d\-]+)(?=[[\p{L}\p{M}]--[\p{scx=Latn}\u0300-\u036F]])`;
const HOST = new RegExp(
  String.raw`(?:\[[\da-f:.]+\]|${ASCII_NAME}|(?:${LABEL}\.)*(?:${LAST_LABEL}|[\p{L}\p{M}]+))(?::\d+)?`,
  'iyv',
);

/** The path ends before these. Marks that change the writing direction would display another address than the real one. */
const STOP =
  /[[\s\p{Cc}<>"`\\^\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069—―][[\p{Term}\p{QMark}\p{Ps}\p{Pe}]--[\p{ASCII}’]]]/gv;

/** `at`: the index of the scheme, or of `www.`. */
export function linkAt(line: string, at: number): LinkText {
  const host = matchEnd(BEGINNING, line, at);
  const end = host === null ? null : matchEnd(HOST, line, host);
  if (end === null) return { end: at + 1, href: null };
  const text = withoutTail(line.slice(at, pathEnd(line, end)));
  return { end: at + text.length, href: hrefOf(text) };
}

function matchEnd(pattern: RegExp, line: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(line) ? pattern.lastIndex : null;
}

function pathEnd(line: string, at: number): number {
  if (!/[/?#]/.test(line.charAt(at))) return at;
  STOP.lastIndex = at;
  return STOP.exec(line)?.index ?? line.length;
}

function hrefOf(text: string): string | null {
  const isBare = /^www\./i.test(text);
  if (isBare && !/^[^./]+\.[^./]+\.\p{L}/u.test(text)) return null;
  try {
    const { protocol, href } = new URL(isBare ? `https://${text}` : text);
    return SCHEMES.includes(protocol) ? href : null;
  } catch {
    return null;
  }
}
