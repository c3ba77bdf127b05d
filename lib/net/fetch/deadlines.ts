/** Many waits of the same length on one timer: the first to begin is the first to be over. */

/** Longer ones fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Looks again after so many milliseconds, or sooner; what is waited for keeps the process alive, not the timer. */
export function lookAfter(ms: number, look: () => void): Timer {
  return setTimeout(look, Math.min(Math.ceil(ms), TIMER_MAX_MS)).unref();
}

/** A wait, in the line of its deadlines. */
export interface Deadline {
  readonly at: number;
  readonly expire: () => void;
  previous: Deadline | undefined;
  next: Deadline | undefined;
  waits: boolean;
}

/** Waits of one length. */
export class Deadlines {
  readonly #ms: number;
  #first: Deadline | undefined;
  #last: Deadline | undefined;
  #timer: Timer | undefined;

  /** @param ms - the length, 0 = forever */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /** @param expire - is called unless the wait is over before. What waits keeps the process alive, not its deadline. */
  begin(expire: () => void): Deadline | undefined {
    if (this.#ms === 0) return undefined;
    const at = performance.now() + this.#ms;
    const deadline: Deadline = { at, expire, previous: this.#last, next: undefined, waits: true };
    if (this.#last) this.#last.next = deadline;
    else this.#first = deadline;
    this.#last = deadline;
    this.#timer ??= lookAfter(this.#ms, this.#look);
    return deadline;
  }

  /** The wait is over. */
  end(deadline: Deadline | undefined): void {
    if (!deadline?.waits) return;
    deadline.waits = false;
    const { previous, next } = deadline;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    // Whoever keeps it would keep all that came after it, and what they are about.
    deadline.previous = undefined;
    deadline.next = undefined;
  }

  readonly #look = (): void => {
    const now = performance.now();
    while (this.#first && this.#first.at <= now) {
      const { expire } = this.#first;
      this.end(this.#first);
      expire();
    }
    this.#timer = this.#first ? lookAfter(this.#first.at - now, this.#look) : undefined;
  };
}
