/** Who is here: the list that the room is told, and, in a crowd, what was asked for of the rest. */
export class Roster {
  #listed: readonly string[] = [];
  #rest: readonly string[] = [];
  #count = 0;

  get names(): readonly string[] {
    return [...this.#listed, ...this.#rest];
  }

  get count(): number {
    return this.#count;
  }

  /** How many are here whose names are not. */
  get missing(): number {
    return Math.max(0, this.#count - this.#listed.length - this.#rest.length);
  }

  /** The rest is asked for after this one. */
  get last(): string {
    return this.#rest.at(-1) ?? this.#listed.at(-1) ?? '';
  }

  /** The list is complete, or as much of it as one frame holds. */
  listed(names: readonly string[], count: number): void {
    this.#listed = names;
    this.#count = count;
    this.#rest = count > names.length ? withoutThose(this.#rest, names) : [];
  }

  /** A page of the rest. */
  came(names: readonly string[]): void {
    this.#rest = [...this.#rest, ...withoutThose(names, this.names)];
  }

  /** The list says so by itself; of the rest nobody else does. */
  left(name: string): void {
    this.#rest = withoutThose(this.#rest, [name]);
  }
}

function withoutThose(names: readonly string[], those: readonly string[]): string[] {
  const known = new Set(those);
  return names.filter((name) => !known.has(name));
}
