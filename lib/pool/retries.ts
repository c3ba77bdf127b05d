/** When to try again what failed, if nobody asks for it: soon at first, and then less and less often. */

const FIRST_MS = 100;
const LONGEST_MS = 10_000;

/** The tries of one pool to keep isolates ready. */
export class Retries {
  readonly #retry: () => void;
  #delayMs = FIRST_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param retry - the time has come */
  constructor(retry: () => void) {
    this.#retry = retry;
  }

  /** Whether to wait before the next try. */
  get waiting(): boolean {
    return this.#timer !== undefined;
  }

  failed(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#retry();
    }, this.#delayMs);
    // What nobody waits for keeps no process alive.
    this.#timer.unref();
    this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_MS);
  }

  succeeded(): void {
    this.close();
    this.#delayMs = FIRST_MS;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
