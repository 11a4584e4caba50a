/** Small things that a browser keeps for one person. What cannot be kept (a private window, a full disk) is not. */
export class Preferences {
  constructor(private readonly user: string) {}

  /** Null when there is nothing, or nothing readable. */
  read(name: string): unknown {
    try {
      return JSON.parse(localStorage.getItem(this.#key(name)) ?? 'null');
    } catch {
      return null;
    }
  }

  write(name: string, value: unknown): void {
    try {
      localStorage.setItem(this.#key(name), JSON.stringify(value));
    } catch {
      // It is asked for again another time.
    }
  }

  #key(name: string): string {
    return `salon.${name}.${this.user}`;
  }
}
