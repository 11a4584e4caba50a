import { linkAt } from './links.ts';
import { sidesOf } from './mark-sides.ts';
import { isJoined, letterBefore } from './word-boundaries.ts';

export type Inline =
  | { readonly type: 'text' | 'code' | 'mention'; readonly text: string }
  | { readonly type: 'link'; readonly text: string; readonly href: string }
  | { readonly type: 'bold' | 'italic'; readonly parts: readonly Inline[] };

/** The names that an @ can mention. */
export interface Names {
  /** The length of the name at `at`; 0 when there is none. */
  lengthAt(text: string, at: number): number;
}

/** A mark that is not closed yet. A mark is never nested in itself, so there are at most four. */
interface OpenMark {
  readonly mark: string;
  readonly from: number;
  readonly parts: Inline[];
}

const SPECIAL = /[\\`*_@]|https?:\/\/|mailto:|(?<![/@.-])www\./gi;
const STARS_MOST = 3;
/** Marks need a letter or symbol between them: `*_*` is a smiley. */
const MARKABLE = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** Parses one line of a message, in time proportional to its length for every input. */
export function parseLine(line: string, names: Names): Inline[] {
  return new LineParser(line, names).parse();
}

/** Adjacent texts are joined. */
export function addPart(parts: Inline[], part: Inline): void {
  const last = parts.at(-1);
  if (part.type !== 'text' || last?.type !== 'text') parts.push(part);
  else parts[parts.length - 1] = { type: 'text', text: last.text + part.text };
}

class LineParser {
  readonly #top: OpenMark = { mark: '', from: 0, parts: [] };
  readonly #openMarks: OpenMark[] = [this.#top];
  /** Escaped marks that would have opened something. */
  readonly #escaped = new Set<string>();
  /** From each run of backticks to the next run of the same length. */
  #ticks: ReadonlyMap<number, number> | null = null;

  constructor(
    private readonly line: string,
    private readonly names: Names,
  ) {}

  parse(): Inline[] {
    for (let at = 0; at < this.line.length; ) {
      const special = this.#specialFrom(at);
      this.#addText(at, special);
      at = special < this.line.length ? this.#parseSpecial(special) : special;
    }
    while (this.#openMarks.length > 1) this.#discardMark(this.#openMarks.length - 1);
    return this.#top.parts;
  }

  #specialFrom(at: number): number {
    SPECIAL.lastIndex = at;
    return SPECIAL.exec(this.line)?.index ?? this.line.length;
  }

  /** Returns the index at which to continue. */
  #parseSpecial(at: number): number {
    switch (this.line.charAt(at)) {
      case '\\':
        return this.#parseEscape(at);
      case '`':
        return this.#parseCode(at);
      case '*':
      case '_':
        return this.#parseMarks(at);
      case '@':
        return this.#parseMention(at);
      default:
        return this.#parseLink(at);
    }
  }

  /** A backslash is removed only where it has an effect: `C:\temp` keeps it. */
  #parseEscape(at: number): number {
    const escaped = this.line.charAt(at + 1);
    if (!'*_`@'.includes(escaped) || escaped === '') return this.#addText(at, at + 1);
    return this.#addText(this.#couldMean(escaped, at) ? at + 1 : at, at + 2);
  }

  #couldMean(mark: string, at: number): boolean {
    if (mark === '`') return true;
    if (mark === '@') return this.#mentionLength(at, at + 1) > 0;
    const { opens, closes } = sidesOf(this.line, at, at + 2);
    const isPair = this.#escaped.has(mark) || this.#indexOfOpener(mark, 1) > 0;
    if (opens) this.#escaped.add(mark);
    return opens || (closes && isPair);
  }

  #parseCode(at: number): number {
    const ticks = runEnd(this.line, at) - at;
    this.#ticks ??= tickRuns(this.line);
    const close = this.#ticks.get(at);
    const inside = codeIn(this.line.slice(at + ticks, close ?? at), ticks);
    if (close === undefined || inside === '') return this.#addText(at, at + ticks);
    return this.#addInline({ type: 'code', text: inside }, close + ticks);
  }

  #parseMention(at: number): number {
    const length = this.#mentionLength(at, at);
    if (length === 0) return this.#addText(at, at + 1);
    const end = at + 1 + length;
    return this.#addInline({ type: 'mention', text: this.line.slice(at, end) }, end);
  }

  /** `outside`: the index of the end of the text before the mention. */
  #mentionLength(outside: number, at: number): number {
    return isJoined(letterBefore(this.line, outside)) ? 0 : this.names.lengthAt(this.line, at + 1);
  }

  #parseLink(at: number): number {
    const { end, href } = linkAt(this.line, at);
    const text = this.line.slice(at, end);
    if (href === null || isJoined(letterBefore(this.line, at))) return this.#addText(at, end);
    return this.#addInline({ type: 'link', text, href }, end);
  }

  #parseMarks(at: number): number {
    const end = runEnd(this.line, at);
    const mark = this.line.charAt(at);
    if (end - at > (mark === '*' ? STARS_MOST : 1)) return this.#addText(at, end);
    const { opens, closes } = sidesOf(this.line, at, end);
    const left = closes ? this.#closeMarks(mark, end - at, at) : end - at;
    if (!opens) return this.#addText(end - left, end);
    if (left === STARS_MOST) this.#openMark('**', end - 1);
    if (left > 0) this.#openMark(mark.repeat(left === STARS_MOST ? 1 : left), end);
    return end;
  }

  #openMark(mark: string, from: number): void {
    const same = this.#openMarks.findLastIndex((open) => open.mark === mark);
    if (same > 0) this.#discardMark(same);
    this.#openMarks.push({ mark, from, parts: [] });
  }

  /** Returns how many of the marks closed nothing. */
  #closeMarks(mark: string, run: number, at: number): number {
    let left = run;
    for (let opener = this.#indexOfOpener(mark, left); opener > 0; opener = this.#indexOfOpener(mark, left)) {
      const length = this.#closeMark(opener, at);
      if (length === 0) break;
      left -= length;
    }
    return left;
  }

  #closeMark(opener: number, at: number): number {
    while (this.#openMarks.length - 1 > opener) this.#discardMark(this.#openMarks.length - 1);
    const { mark, from, parts } = this.#openMarks[opener] ?? this.#top;
    if (!MARKABLE.test(this.line.slice(from, at))) {
      this.#discardMark(opener);
      return 0;
    }
    this.#openMarks.pop();
    this.#addInline({ type: mark === '**' ? 'bold' : 'italic', parts }, at);
    return mark.length;
  }

  /** 0 when no open mark can be closed by so many marks. */
  #indexOfOpener(mark: string, run: number): number {
    const exact = this.#openMarks.findLastIndex((open) => open.mark === mark.repeat(run));
    if (exact > 0 || run === 0) return Math.max(0, exact);
    return Math.max(
      0,
      this.#openMarks.findLastIndex((each) => each.mark[0] === mark && each.mark.length <= run),
    );
  }

  /** A mark that is never closed is plain text. */
  #discardMark(index: number): void {
    const [open] = this.#openMarks.splice(index, 1);
    const below = this.#openMarks[index - 1] ?? this.#top;
    if (open === undefined) return;
    addPart(below.parts, { type: 'text', text: open.mark });
    for (const part of open.parts) addPart(below.parts, part);
  }

  #addText(from: number, end: number): number {
    return from < end ? this.#addInline({ type: 'text', text: this.line.slice(from, end) }, end) : end;
  }

  #addInline(part: Inline, end: number): number {
    addPart((this.#openMarks.at(-1) ?? this.#top).parts, part);
    return end;
  }
}

function runEnd(line: string, at: number): number {
  let end = at + 1;
  while (line[end] === line[at]) end++;
  return end;
}

function tickRuns(line: string): Map<number, number> {
  const next = new Map<number, number>();
  const nearest = new Map<number, number>();
  for (const { index, 0: run } of [...line.matchAll(/`+/g)].reverse()) {
    const same = nearest.get(run.length);
    if (same !== undefined) next.set(index, same);
    nearest.set(run.length, index);
  }
  return next;
}

/** With two or more backticks, a space separates the code from a backtick at its edge. */
function codeIn(text: string, ticks: number): string {
  if (text.trim() === '') return '';
  if (ticks === 1) return text.trim() === text ? text : '';
  return text.startsWith(' ') && text.endsWith(' ') ? text.slice(1, -1) : text;
}
