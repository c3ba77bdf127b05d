/**
 * Bodies that lie with the host unread. Their guest may have dropped them, which only a collection of its garbage tells,
 * and an isolate that does nothing collects nothing: so it is asked to, ever more rarely while nothing changes.
 */

/** From the last that happened to a body, in milliseconds, and how much longer each time. */
const FIRST_MS = 250;
const LAST_MS = 64_000;
const FACTOR = 4;

export class IdleBodies {
  readonly #areIdle: () => boolean;
  readonly #ask: () => void;
  #since = 0;
  #waitMs = FIRST_MS;
  #timer: Timer | undefined;

  /**
   * @param areIdle - whether there are any
   * @param ask - has the guest collect its garbage
   */
  constructor(areIdle: () => boolean, ask: () => void) {
    this.#areIdle = areIdle;
    this.#ask = ask;
  }

  /** Something happened to a body. */
  note(): void {
    this.#since = performance.now();
    if (this.#waitMs !== FIRST_MS) this.close();
    this.#timer ??= this.#lookAfter(FIRST_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waitMs = FIRST_MS;
  }

  /** What is waited for keeps the process alive, not the timer. */
  #lookAfter(ms: number): Timer {
    return setTimeout(this.#look, Math.ceil(ms)).unref();
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    if (!this.#areIdle()) return this.close();
    const left = this.#since + this.#waitMs - performance.now();
    if (left <= 0) {
      this.#since = performance.now();
      this.#waitMs = Math.min(this.#waitMs * FACTOR, LAST_MS);
      this.#ask();
    }
    this.#timer = this.#lookAfter(left > 0 ? left : this.#waitMs);
  };
}
