import { linkAt } from './links.ts';
import { isJoined, letterAt, letterBefore } from './word-boundaries.ts';

export type Inline =
  | { readonly type: 'text' | 'code' | 'mention'; readonly text: string }
  | { readonly type: 'link'; readonly text: string; readonly href: string }
  | { readonly type: 'bold' | 'italic'; readonly parts: readonly Inline[] };

/** Who may be meant by an @. */
export interface Names {
  /** How many characters from `at` on are a name; 0 when none is. */
  lengthAt(text: string, at: number): number;
}

/** A mark that is not closed yet. No mark stands in itself, so there are never more than four. */
interface Frame {
  readonly mark: string;
  readonly from: number;
  readonly parts: Inline[];
}

const SPECIAL = /[\\`*_@]|https?:\/\/|mailto:/gi;
const STARS_MOST = 3;
/** Something between two marks that is worth them: `*_*` is a face. */
const SAYS_SOMETHING = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** One line of a message. Takes time in proportion to its length, whatever stands in it. */
export function parseLine(line: string, names: Names): Inline[] {
  return new LineParser(line, names).parse();
}

/** Neighbouring texts are one. */
export function addPart(parts: Inline[], part: Inline): void {
  const last = parts.at(-1);
  if (part.type !== 'text' || last?.type !== 'text') parts.push(part);
  else parts[parts.length - 1] = { type: 'text', text: last.text + part.text };
}

class LineParser {
  readonly #top: Frame = { mark: '', from: 0, parts: [] };
  readonly #frames: Frame[] = [this.#top];
  /** Marks that would have opened something. */
  readonly #escaped = new Set<string>();
  /** From each run of backticks to the next one as long. */
  #ticks: ReadonlyMap<number, number> | null = null;

  constructor(
    private readonly line: string,
    private readonly names: Names,
  ) {}

  parse(): Inline[] {
    for (let at = 0; at < this.line.length; ) {
      const special = this.#specialFrom(at);
      this.#text(at, special);
      at = special < this.line.length ? this.#take(special) : special;
    }
    while (this.#frames.length > 1) this.#giveUp(this.#frames.length - 1);
    return this.#top.parts;
  }

  #specialFrom(at: number): number {
    SPECIAL.lastIndex = at;
    return SPECIAL.exec(this.line)?.index ?? this.line.length;
  }

  /** Answers where to go on. */
  #take(at: number): number {
    switch (this.line.charAt(at)) {
      case '\\':
        return this.#escape(at);
      case '`':
        return this.#code(at);
      case '*':
      case '_':
        return this.#marks(at);
      case '@':
        return this.#mention(at);
      default:
        return this.#link(at);
    }
  }

  /** A backslash goes only where it does something: `C:\temp` keeps its own. */
  #escape(at: number): number {
    const escaped = this.line.charAt(at + 1);
    if (!'*_`@'.includes(escaped) || escaped === '') return this.#text(at, at + 1);
    return this.#text(this.#couldMean(escaped, at) ? at + 1 : at, at + 2);
  }

  #couldMean(mark: string, at: number): boolean {
    if (mark === '`') return true;
    if (mark === '@') return this.#mentionLength(at, at + 1) > 0;
    const { opens, closes } = this.#sides(at, at + 2);
    const isPair = this.#escaped.has(mark) || this.#openerOf(mark, 1) > 0;
    if (opens) this.#escaped.add(mark);
    return opens || (closes && isPair);
  }

  #code(at: number): number {
    const ticks = runEnd(this.line, at) - at;
    this.#ticks ??= tickRuns(this.line);
    const close = this.#ticks.get(at);
    const inside = codeIn(this.line.slice(at + ticks, close ?? at), ticks);
    if (close === undefined || inside === '') return this.#text(at, at + ticks);
    return this.#add({ type: 'code', text: inside }, close + ticks);
  }

  #mention(at: number): number {
    const length = this.#mentionLength(at, at);
    if (length === 0) return this.#text(at, at + 1);
    const end = at + 1 + length;
    return this.#add({ type: 'mention', text: this.line.slice(at, end) }, end);
  }

  /** `outside`: where what stands before it ends. */
  #mentionLength(outside: number, at: number): number {
    return isJoined(letterBefore(this.line, outside)) ? 0 : this.names.lengthAt(this.line, at + 1);
  }

  /** What looks like an address and is none is passed over whole: looked at once, it is never looked at again. */
  #link(at: number): number {
    const { end, href } = linkAt(this.line, at);
    const text = this.line.slice(at, end);
    if (href === null || isJoined(letterBefore(this.line, at))) return this.#text(at, Math.max(end, at + 1));
    return this.#add({ type: 'link', text, href }, end);
  }

  #marks(at: number): number {
    const end = runEnd(this.line, at);
    const mark = this.line.charAt(at);
    if (end - at > (mark === '*' ? STARS_MOST : 1)) return this.#text(at, end);
    const { opens, closes } = this.#sides(at, end);
    const left = closes ? this.#close(mark, end - at, at) : end - at;
    if (!opens) return this.#text(end - left, end);
    if (left === STARS_MOST) this.#open('**', end - 1);
    if (left > 0) this.#open(mark.repeat(left === STARS_MOST ? 1 : left), end);
    return end;
  }

  /** Inside there must be something, and outside no word must go on. */
  #sides(at: number, end: number): { readonly opens: boolean; readonly closes: boolean } {
    const [before, after] = [letterBefore(this.line, at), letterAt(this.line, end)];
    return { opens: /\S/.test(after) && !isJoined(before), closes: /\S/.test(before) && !isJoined(after) };
  }

  #open(mark: string, from: number): void {
    const same = this.#frames.findLastIndex((frame) => frame.mark === mark);
    if (same > 0) this.#giveUp(same);
    this.#frames.push({ mark, from, parts: [] });
  }

  /** Answers how many of the marks have closed nothing. */
  #close(mark: string, run: number, at: number): number {
    let left = run;
    for (let opener = this.#openerOf(mark, left); opener > 0; opener = this.#openerOf(mark, left)) {
      const length = this.#closeOne(opener, at);
      if (length === 0) break;
      left -= length;
    }
    return left;
  }

  #closeOne(opener: number, at: number): number {
    while (this.#frames.length - 1 > opener) this.#giveUp(this.#frames.length - 1);
    const { mark, from, parts } = this.#frames[opener] ?? this.#top;
    if (!SAYS_SOMETHING.test(this.line.slice(from, at))) {
      this.#giveUp(opener);
      return 0;
    }
    this.#frames.pop();
    this.#add({ type: mark === '**' ? 'bold' : 'italic', parts }, at);
    return mark.length;
  }

  /** 0 when there is none that so many marks can close. */
  #openerOf(mark: string, run: number): number {
    const exact = this.#frames.findLastIndex((frame) => frame.mark === mark.repeat(run));
    if (exact > 0 || run === 0) return Math.max(0, exact);
    return Math.max(
      0,
      this.#frames.findLastIndex((each) => each.mark[0] === mark && each.mark.length <= run),
    );
  }

  /** Never closed: it was a character like any other. */
  #giveUp(index: number): void {
    const [frame] = this.#frames.splice(index, 1);
    const below = this.#frames[index - 1] ?? this.#top;
    if (frame === undefined) return;
    addPart(below.parts, { type: 'text', text: frame.mark });
    for (const part of frame.parts) addPart(below.parts, part);
  }

  #text(from: number, end: number): number {
    return from < end ? this.#add({ type: 'text', text: this.line.slice(from, end) }, end) : end;
  }

  #add(part: Inline, end: number): number {
    addPart((this.#frames.at(-1) ?? this.#top).parts, part);
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

/** Two backticks and more may keep one at the edge off by a space. */
function codeIn(text: string, ticks: number): string {
  if (text.trim() === '') return '';
  if (ticks === 1) return text.trim() === text ? text : '';
  return text.startsWith(' ') && text.endsWith(' ') ? text.slice(1, -1) : text;
}
