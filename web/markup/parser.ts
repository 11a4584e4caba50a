import { addPart, type Inline, type Names, parseLine } from './inline-parser.ts';
import { isSameName, KnownNames } from './known-names.ts';

export type Block =
  | { readonly type: 'text' | 'quote'; readonly parts: readonly Inline[] }
  | { readonly type: 'code'; readonly text: string };

/** The lines of one block, without their marks. */
interface Lines {
  readonly type: Block['type'];
  readonly lines: string[];
}

const FENCE = '```';
const LANGUAGE = /^[\w+#.-]*[ \t\r]*$/;

/** Parses the marks of a message. Takes time proportional to its length; marks nest at most four deep. */
export function parseMarkup(text: string, names: Names): Block[] {
  return blocksOf(text).map(({ type, lines }) => {
    if (type === 'code') return { type, text: lines.join('\n') };
    const parts: Inline[] = [];
    for (const [at, line] of lines.entries()) {
      if (at > 0) addPart(parts, { type: 'text', text: '\n' });
      for (const part of parseLine(line, names)) addPart(parts, part);
    }
    return { type, parts };
  });
}

/** Whether the text mentions this user. `others`: names that may begin with the same letters and be meant instead. */
export function mentions(text: string, name: string, others: Iterable<string> = []): boolean {
  if (!text.includes('@')) return false;
  const names = new KnownNames([...others, name]);
  return mentionsIn(parseMarkup(text, names)).some((each) => isSameName(each, name));
}

/** The visible text, without marks. */
export function textOf(parts: readonly (Block | Inline)[]): string {
  return parts.map((part) => ('parts' in part ? textOf(part.parts) : part.text)).join('');
}

function mentionsIn(parts: readonly (Block | Inline)[]): string[] {
  return parts.flatMap((part) => {
    if ('parts' in part) return mentionsIn(part.parts);
    return part.type === 'mention' ? [part.text.slice(1)] : [];
  });
}

function blocksOf(text: string): Lines[] {
  const blocks: Lines[] = [];
  for (let at = 0; at <= text.length; ) {
    const code = codeAt(text, at);
    if (code !== null) blocks.push({ type: 'code', lines: [code.text] });
    at = code?.end ?? takeLine(text, at, blocks);
  }
  if (blocks.every(({ type }) => type === 'text')) return blocks;
  return blocks.map(withoutEdges).filter(({ lines }) => lines.length > 0);
}

/** Returns the index of the next line. */
function takeLine(text: string, at: number, blocks: Lines[]): number {
  const end = lineEnd(text, at);
  const line = text.slice(at, end);
  const last = blocks.at(-1);
  const type = isQuote(line, last) ? 'quote' : 'text';
  const read = type === 'quote' ? line.slice(2) : line.replace(/^\\(?=> )/, '');
  if (last?.type === type) last.lines.push(read);
  else blocks.push({ type, lines: [read] });
  return end + 1;
}

/** The space is required, for `>:(` is a smiley; an empty line inside a quote needs none. */
function isQuote(line: string, before: Lines | undefined): boolean {
  if (line.trim() === '>') return before?.type === 'quote';
  return line.startsWith('> ');
}

/** Removes blank lines at the edges: the style sheet makes the space between blocks. */
function withoutEdges(block: Lines): Lines {
  const first = block.lines.findIndex((line) => line.trim() !== '');
  const last = block.lines.findLastIndex((line) => line.trim() !== '');
  return block.type === 'code' ? block : { ...block, lines: first < 0 ? [] : block.lines.slice(first, last + 1) };
}

/** A fence opens at the start of a line. The next fence must end a line to close it; otherwise neither is a fence. */
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
