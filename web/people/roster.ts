/** The users present: the list from the server's frame and, in a crowd, the pages of the rest that were fetched. */
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

  /** How many users are present whose names are unknown. */
  get missing(): number {
    return Math.max(0, this.#count - this.#listed.length - this.#rest.length);
  }

  /** The next page of the rest begins after this name. */
  get lastName(): string {
    return this.#rest.at(-1) ?? this.#listed.at(-1) ?? '';
  }

  /** `names`: all users, or as many as one frame holds; `count`: of all. */
  setList(names: readonly string[], count: number): void {
    this.#listed = names;
    this.#count = count;
    this.#rest = count > names.length ? without(this.#rest, names) : [];
  }

  /** A page of the rest. */
  addPage(names: readonly string[]): void {
    this.#rest = [...this.#rest, ...without(names, this.names)];
  }

  /** Only the rest needs it: the list is replaced by the next frame. */
  remove(name: string): void {
    this.#rest = without(this.#rest, [name]);
  }
}

function without(names: readonly string[], removed: readonly string[]): string[] {
  const set = new Set(removed);
  return names.filter((name) => !set.has(name));
}
