/** The ids of a message's objects, by identity. */

/** Up to this many objects are searched one by one; a Map costs more. */
const LINEAR_MAX = 8;

/** Gives ids from 0, in the order of `add`. */
export class ObjectIds {
  #count = 0;
  readonly #first: (object | undefined)[] = [];
  readonly #ids = new Map<object, number>();

  /** The id of an object, -1 if it has none. */
  find(value: object): number {
    const count = this.#count;
    if (count > LINEAR_MAX) return this.#ids.get(value) ?? -1;
    const first = this.#first;
    for (let i = 0; i < count; i++) if (first[i] === value) return i;
    return -1;
  }

  /** Gives the next id to an object, or to one that only the reader will have. */
  add(value: object | undefined): void {
    const id = this.#count++;
    if (id < LINEAR_MAX) {
      this.#first[id] = value;
      return;
    }
    if (id === LINEAR_MAX) this.#mapFirst();
    if (value !== undefined) this.#ids.set(value, id);
  }

  /** Forgets all. */
  clear(): void {
    if (this.#count === 0) return;
    this.#first.length = 0;
    if (this.#count > LINEAR_MAX) this.#ids.clear();
    this.#count = 0;
  }

  #mapFirst(): void {
    for (const [id, object] of this.#first.entries()) if (object !== undefined) this.#ids.set(object, id);
  }
}
