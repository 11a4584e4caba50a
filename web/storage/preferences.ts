/** One user's settings in the browser. Where the browser stores nothing (a private window, a full disk) they are lost. */
export class Preferences {
  constructor(private readonly user: string) {}

  /** Null when there is no entry, or no readable one. */
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
      // The user chooses again on the next page load.
    }
  }

  #key(name: string): string {
    return `salon.${name}.${this.user}`;
  }
}
