import { addPart, type Inline, type Names, parseLine } from './inline-parser.ts';
import { isSameName, KnownNames } from './known-names.ts';

export type Block =
  | { readonly type: 'text' | 'quote'; readonly parts: readonly Inline[] }
  | { readonly type: 'code'; readonly text: string };

/** A part of the text that is one block; its lines without their marks. */
interface Piece {
  readonly type: Block['type'];
  readonly lines: string[];
}

const FENCE = '```';
const LANGUAGE = /^[\w+#.-]*[ \t\r]*$/;

/** What the marks in a message mean. Takes time in proportion to its length, and goes no deeper than four marks. */
export function parseMarkup(text: string, names: Names): Block[] {
  return piecesOf(text).map(({ type, lines }) => {
    if (type === 'code') return { type, text: lines.join('\n') };
    const parts: Inline[] = [];
    for (const [at, line] of lines.entries()) {
      if (at > 0) addPart(parts, { type: 'text', text: '\n' });
      for (const part of parseLine(line, names)) addPart(parts, part);
    }
    return { type, parts };
  });
}

/** Is somebody meant by an @ in it? `others`: whose names may begin as theirs does, and be the ones that are meant. */
export function mentions(text: string, name: string, others: Iterable<string> = []): boolean {
  if (!text.includes('@')) return false;
  const names = new KnownNames([...others, name]);
  return mentionsIn(parseMarkup(text, names)).some((each) => isSameName(each, name));
}

/** What one reads. */
export function textOf(parts: readonly (Block | Inline)[]): string {
  return parts.map((part) => ('parts' in part ? textOf(part.parts) : part.text)).join('');
}

function mentionsIn(parts: readonly (Block | Inline)[]): string[] {
  return parts.flatMap((part) => {
    if ('parts' in part) return mentionsIn(part.parts);
    return part.type === 'mention' ? [part.text.slice(1)] : [];
  });
}

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at <= text.length; ) {
    const code = codeAt(text, at);
    if (code !== null) pieces.push({ type: 'code', lines: [code.text] });
    at = code?.end ?? takeLine(text, at, pieces);
  }
  if (pieces.every(({ type }) => type === 'text')) return pieces;
  return pieces.map(withoutEdges).filter(({ lines }) => lines.length > 0);
}

/** Answers where the next line begins. */
function takeLine(text: string, at: number, pieces: Piece[]): number {
  const end = lineEnd(text, at);
  const line = text.slice(at, end);
  const last = pieces.at(-1);
  const type = isQuote(line, last) ? 'quote' : 'text';
  const read = type === 'quote' ? line.slice(2) : line.replace(/^\\(?=> )/, '');
  if (last?.type === type) last.lines.push(read);
  else pieces.push({ type, lines: [read] });
  return end + 1;
}

/** With a space, for `>:(` is a face; an empty line of a quote needs none. */
function isQuote(line: string, before: Piece | undefined): boolean {
  if (line.trim() === '>') return before?.type === 'quote';
  return line.startsWith('> ');
}

/** Between blocks the space is the page's own. */
function withoutEdges(piece: Piece): Piece {
  const first = piece.lines.findIndex((line) => line.trim() !== '');
  const last = piece.lines.findLastIndex((line) => line.trim() !== '');
  return piece.type === 'code' ? piece : { ...piece, lines: first < 0 ? [] : piece.lines.slice(first, last + 1) };
}

/** A fence opens at the start of a line; the next one closes it at the end of one, or neither is a fence. */
function codeAt(text: string, at: number): { readonly text: string; readonly end: number } | null {
  if (!text.startsWith(FENCE, at) || text[at + FENCE.length] === '`') return null;
  const close = text.indexOf(FENCE, at + FENCE.length);
  if (close < 0) return null;
  const end = lineEnd(text, close);
  if (text.slice(close + FENCE.length, end).trim() !== '') return null;
  const code = withoutLanguage(text.slice(at + FENCE.length, close));
  return code.trim() === '' ? null : { text: code, end: end + 1 };
}

function withoutLanguage(inside: string): string {
  const end = lineEnd(inside, 0);
  const rest = inside.slice(end + 1);
  const code = rest.trim() !== '' && LANGUAGE.test(inside.slice(0, end)) ? rest : inside;
  return code.replace(/\r?\n$/, '');
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
