/**
 * A list of listeners that may change while it is dispatched to: what is added meanwhile does not run, what is removed
 * meanwhile does not run either. Linked, so that no array (and no guest's patch of arrays) is involved, and every
 * change is a few writes that a termination cannot tear apart.
 */

/** One registration. */
export class Listener<T> {
  readonly value: T;
  readonly sequence: number;
  removed = false;
  next: Listener<T> | null = null;
  previous: Listener<T> | null;

  constructor(value: T, sequence: number, previous: Listener<T> | null) {
    this.value = value;
    this.sequence = sequence;
    this.previous = previous;
  }
}

/**
 * To dispatch: `const end = list.last?.sequence`, then follow `next` from `first` while `sequence <= end`, passing over
 * what is `removed`.
 */
export class ListenerList<T> {
  first: Listener<T> | null = null;
  last: Listener<T> | null = null;
  #sequence = 0;

  append(value: T): Listener<T> {
    const listener = new Listener(value, ++this.#sequence, this.last);
    if (this.last === null) this.first = listener;
    else this.last.next = listener;
    this.last = listener;
    return listener;
  }

  /** Keeps the listener's own `next`, which a dispatch may be about to follow. */
  remove(listener: Listener<T>): void {
    if (listener.removed) return;
    listener.removed = true;
    if (listener.previous === null) this.first = listener.next;
    else listener.previous.next = listener.next;
    if (listener.next === null) this.last = listener.previous;
    else listener.next.previous = listener.previous;
  }
}
