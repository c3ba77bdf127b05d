/** What requests leave for each other: a value under a key is there until it is taken. */
export class Stash {
  readonly #values = new Map<string, unknown>();

  put(key: string, value: unknown): void {
    this.#values.set(key, value);
  }

  /** undefined: there is none. */
  take<T>(key: string): T | undefined {
    const value = this.#values.get(key) as T | undefined;
    this.#values.delete(key);
    return value;
  }
}
