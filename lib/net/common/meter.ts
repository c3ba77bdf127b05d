/** A count, and how fast it grows. */

/** The time that rates are taken over, in seconds. */
const SECONDS = 10;

/** Counts up. */
export class Meter {
  readonly #now: () => number;
  readonly #start: number;
  /** What came in each of the last seconds; each has its place by its number modulo SECONDS. */
  readonly #seconds = new Float64Array(SECONDS);
  #latest = 0;
  #total = 0;

  /** @param now - a clock in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#start = now();
  }

  /** All that was counted. */
  get total(): number {
    return this.#total;
  }

  /** @param now - what the clock says, for those who count more at a time */
  add(count: number, now: number = this.#now()): void {
    this.#total += count;
    this.#seconds[this.#advance(now) % SECONDS]! += count;
  }

  /** The average of the last ten seconds, or of its life if that is shorter; at least of one second. */
  perSecond(): number {
    const now = this.#now();
    this.#advance(now);
    const elapsed = (now - this.#start) / 1000;
    // The second under way counts as far as it has come.
    const covered = Math.min(elapsed, SECONDS - 1 + (elapsed % 1));
    return this.#seconds.reduce((sum, count) => sum + count, 0) / Math.max(covered, 1);
  }

  /** Empties the places of seconds that have begun since. @returns the number of the second under way */
  #advance(now: number): number {
    const second = Math.floor((now - this.#start) / 1000);
    for (let next = Math.max(this.#latest + 1, second - SECONDS + 1); next <= second; next++) {
      this.#seconds[next % SECONDS] = 0;
    }
    this.#latest = second;
    return second;
  }
}
