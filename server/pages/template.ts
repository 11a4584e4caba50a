import { type CompressiblePart, compressed, gzipOf, uncompressed } from './gzip-page.ts';

/** A page of ours with `{{name}}` places. Values are always escaped: there is no way to put markup in. */
export class Template<Place extends string> {
  readonly #literals: readonly string[];
  readonly #placeholders: readonly Place[];
  readonly #compressed: readonly CompressiblePart[];

  private constructor(literals: readonly string[], places: readonly Place[]) {
    this.#literals = literals;
    this.#placeholders = places;
    this.#compressed = literals.map(compressed);
  }

  /** Throws when the source has a place that is not known, lacks one that it must have, or a brace was forgotten. */
  static parse<Place extends string>(source: string, known: readonly Place[], needed: readonly Place[]) {
    const parts = source.split(/\{\{([^{}]*)\}\}/);
    const literals = parts.filter((_, index) => index % 2 === 0);
    const names = parts.filter((_, index) => index % 2 === 1);
    const places = names.map((name) => placeNamed(name, known));
    const lacking = needed.find((place) => !places.includes(place));
    if (lacking !== undefined) throw new Error(`the page lacks {{${lacking}}}`);
    if (literals.some((literal) => /\{\{|\}\}/.test(literal))) throw new Error('the page has an open {{ or }}');
    return new Template(literals, places);
  }

  fill(values: Readonly<Record<Place, string>>): string {
    const [first = '', ...rest] = this.#literals;
    return this.#placeholders.reduce(
      (page, place, index) => page + escaped(values[place]) + (rest[index] ?? ''),
      first,
    );
  }

  /** The same as a gzip file. */
  pack(values: Readonly<Record<Place, string>>): Uint8Array<ArrayBuffer> {
    const filled = this.#placeholders.map((place) => uncompressed(escaped(values[place])));
    return gzipOf(this.#compressed.flatMap((literal, index) => [literal, ...filled.slice(index, index + 1)]));
  }
}

function placeNamed<Place extends string>(name: string, known: readonly Place[]): Place {
  const place = known.find((candidate) => candidate === name.trim());
  if (place === undefined) throw new Error(`the page has an unknown place {{${name}}}`);
  return place;
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
