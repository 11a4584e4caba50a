import { blocksInQuote, blocksOf, type Lines } from './blocks.ts';
import { addPart, type Inline, type Names, parseLine } from './inline-parser.ts';
import { isSameName, KnownNames } from './known-names.ts';

export type Block =
  | { readonly type: 'text'; readonly parts: readonly Inline[] }
  | { readonly type: 'quote'; readonly parts: readonly Block[] }
  | { readonly type: 'code'; readonly text: string };

/** Parses the marks of a message. Takes time proportional to its length; marks nest at most four deep. */
export function parseMarkup(text: string, names: Names): Block[] {
  return blocksOf(text.split('\n')).map((block) => parseBlock(block, names));
}

function parseBlock({ type, lines }: Lines, names: Names): Block {
  if (type === 'code') return { type, text: lines.join('\n') };
  if (type === 'quote') return { type, parts: blocksInQuote(lines).map((block) => parseBlock(block, names)) };
  const parts: Inline[] = [];
  for (const [at, line] of lines.entries()) {
    if (at > 0) addPart(parts, { type: 'text', text: '\n' });
    for (const part of parseLine(line, names)) addPart(parts, part);
  }
  return { type, parts };
}

/** Whether the text mentions this user. `names`: others may begin with the same letters and be meant instead. */
export function mentions(text: string, name: string, names: Names = new KnownNames([name])): boolean {
  if (!text.includes('@')) return false;
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
