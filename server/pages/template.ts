import { type CompressiblePart, compressed, gzipOf, uncompressed } from './gzip-page.ts';

/** A page with `{{name}}` placeholders. Values are always escaped: markup cannot be inserted. */
export class Template<Name extends string> {
  readonly #literals: readonly string[];
  readonly #placeholders: readonly Name[];
  readonly #compressed: readonly CompressiblePart[];

  private constructor(literals: readonly string[], placeholders: readonly Name[]) {
    this.#literals = literals;
    this.#placeholders = placeholders;
    this.#compressed = literals.map(compressed);
  }

  /** Throws when the source has an unknown placeholder, lacks a required one, or has an unbalanced brace. */
  static parse<Name extends string>(source: string, known: readonly Name[], required: readonly Name[]) {
    const parts = source.split(/\{\{([^{}]*)\}\}/);
    const literals = parts.filter((_, index) => index % 2 === 0);
    const names = parts.filter((_, index) => index % 2 === 1);
    const placeholders = names.map((name) => placeholderNamed(name, known));
    const missing = required.find((placeholder) => !placeholders.includes(placeholder));
    if (missing !== undefined) throw new Error(`the page lacks {{${missing}}}`);
    if (literals.some((literal) => /\{\{|\}\}/.test(literal))) throw new Error('the page has an unbalanced {{ or }}');
    return new Template(literals, placeholders);
  }

  fill(values: Readonly<Record<Name, string>>): string {
    const [first = '', ...rest] = this.#literals;
    return this.#placeholders.reduce(
      (page, placeholder, index) => page + escaped(values[placeholder]) + (rest[index] ?? ''),
      first,
    );
  }

  /** The same as a gzip file. */
  gzip(values: Readonly<Record<Name, string>>): Uint8Array<ArrayBuffer> {
    const filled = this.#placeholders.map((placeholder) => uncompressed(escaped(values[placeholder])));
    return gzipOf(this.#compressed.flatMap((literal, index) => [literal, ...filled.slice(index, index + 1)]));
  }
}

function placeholderNamed<Name extends string>(name: string, known: readonly Name[]): Name {
  const placeholder = known.find((candidate) => candidate === name.trim());
  if (placeholder === undefined) throw new Error(`the page has an unknown placeholder {{${name}}}`);
  return placeholder;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
  ['`', '&#96;'],
]);

function escaped(value: string): string {
  return value.replace(/[&<>"'`]/g, (character) => ESCAPES.get(character) ?? '');
}
