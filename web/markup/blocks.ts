/** The lines of one block, without their marks. */
export interface Lines {
  readonly type: 'text' | 'quote' | 'code';
  readonly lines: readonly string[];
}

interface Fence {
  readonly indent: number;
  /** Its backticks or tildes. */
  readonly run: string;
  /** What follows on the same line: a language, or the first line of the code. */
  readonly info: string;
}

interface Reading {
  readonly block: Lines;
  /** The index of the line at which to continue. */
  readonly next: number;
}

const FENCE = /^([ \t]*)(`{3,}|~{3,})(.*)$/s;
const LANGUAGE = /^[\w+#.-]*$/;

/** Text, quotes and code. Takes time proportional to the number of lines. */
export function blocksOf(lines: readonly string[]): Lines[] {
  return new BlockReader(lines, true).read();
}

/** The blocks inside a quote: text and code. */
export function blocksInQuote(lines: readonly string[]): Lines[] {
  return new BlockReader(lines, false).read();
}

class BlockReader {
  readonly #blocks: { type: Lines['type']; lines: string[] }[] = [];
  /** From here on no line closes a fence of these marks, or of more of them. */
  readonly #unclosed = new Map<string, number>();

  constructor(
    private readonly lines: readonly string[],
    private readonly hasQuotes: boolean,
  ) {}

  read(): Lines[] {
    for (let at = 0; at < this.lines.length; ) {
      const { block, next } = this.#fenced(at) ?? this.#unfenced(at);
      this.#add(block);
      at = next;
    }
    if (this.#blocks.every(({ type }) => type === 'text')) return this.#blocks;
    return this.#blocks.map(withoutEdges).filter(({ lines }) => lines.length > 0);
  }

  #add({ type, lines }: Lines): void {
    const last = this.#blocks.at(-1);
    if (last?.type === type && type !== 'code') last.lines.push(...lines);
    else this.#blocks.push({ type, lines: [...lines] });
  }

  #unfenced(at: number): Reading {
    const line = this.lines[at] ?? '';
    const next = at + 1;
    if (!this.hasQuotes) return { block: { type: 'text', lines: [line] }, next };
    if (isQuote(line, this.#blocks.at(-1))) return { block: { type: 'quote', lines: [line.slice(2)] }, next };
    return { block: { type: 'text', lines: [line.replace(/^\\(?=> )/, '')] }, next };
  }

  #fenced(at: number): Reading | null {
    const fence = fenceIn(this.lines[at] ?? '');
    if (fence === null) return null;
    const inLine = fence.info.indexOf(fence.run);
    if (inLine >= 0) return isAt(fence.info, fence.run, inLine) ? codeOf([fence.info.slice(0, inLine)], at + 1) : null;
    const close = this.#closeOf(fence, at);
    if (close !== null) return this.#code(fence, at, close) ?? this.#emptyFence(at, close);
    return this.#looselyClosed(fence, at) ?? this.#neverClosed(fence, at);
  }

  /** The line that closes the fence: alone on its line, of at least as many marks. */
  #closeOf({ run }: Fence, at: number): number | null {
    const mark = run.charAt(0);
    if (run.length >= (this.#unclosed.get(mark) ?? Number.POSITIVE_INFINITY)) return null;
    const close = this.#findBelow(at, (line) => isClose(fenceIn(line), run));
    if (close === null) this.#unclosed.set(mark, run.length);
    return close;
  }

  /** Backticks at the end of a line close a fence for which no line of its own does. */
  #looselyClosed(fence: Fence, at: number): Reading | null {
    const end = fence.run.startsWith('`') ? this.#findBelow(at, (line) => line.includes(fence.run)) : null;
    const line = this.lines[end ?? this.lines.length] ?? '';
    const before = line.indexOf(fence.run);
    return end !== null && isAt(line, fence.run, before) ? this.#code(fence, at, end, [line.slice(0, before)]) : null;
  }

  /** A fence that is never closed holds the rest. Tildes with a word behind them are none then: `~~~ hello`. */
  #neverClosed(fence: Fence, at: number): Reading | null {
    if (fence.run.startsWith('~') && fence.info.trim() !== '') return null;
    const end = this.lines.findLastIndex((line) => line.trim() !== '') + 1;
    return end > at + 1 ? this.#code(fence, at, end) : null;
  }

  /** `last`: what stands before the closing marks on their line. Null when there is no code. */
  #code(fence: Fence, at: number, end: number, last: readonly string[] = []): Reading | null {
    const below = [...this.lines.slice(at + 1, end), ...last].map((line) => withoutIndent(line, fence.indent));
    const isLanguage = LANGUAGE.test(fence.info.trim()) && !isBlank(below);
    return codeOf(isLanguage ? below : [fence.info, ...below], end + 1);
  }

  /** The first line below that fits. */
  #findBelow(at: number, fits: (line: string) => boolean): number | null {
    for (let index = at + 1; index < this.lines.length; index++) {
      if (fits(this.lines[index] ?? '')) return index;
    }
    return null;
  }

  /** Both fences are shown: the second one opens nothing. */
  #emptyFence(at: number, close: number): Reading {
    return { block: { type: 'text', lines: this.lines.slice(at, close + 1) }, next: close + 1 };
  }
}

function fenceIn(line: string): Fence | null {
  const [, indent = '', run = '', info = ''] = FENCE.exec(line) ?? [];
  // Tildes also draw out a word: `~~~ hello, everybody` is no fence.
  return run === '' || (run.startsWith('~') && !LANGUAGE.test(info.trim()))
    ? null
    : { indent: indent.length, run, info };
}

function isClose(fence: Fence | null, run: string): boolean {
  return fence?.info.trim() === '' && fence.run.startsWith(run);
}

/** Whether the run stands at the end of the line. */
function isAt(line: string, run: string, at: number): boolean {
  return line.slice(at).trimEnd() === run;
}

function codeOf(lines: readonly string[], next: number): Reading | null {
  if (isBlank(lines)) return null;
  return { block: { type: 'code', lines: [lines.join('\n').replace(/\r$/, '')] }, next };
}

function isBlank(lines: readonly string[]): boolean {
  return lines.every((line) => line.trim() === '');
}

/** As far as the fence itself is indented. */
function withoutIndent(line: string, indent: number): string {
  const blank = /^[ \t]*/.exec(line)?.[0].length ?? 0;
  return line.slice(Math.min(indent, blank));
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
