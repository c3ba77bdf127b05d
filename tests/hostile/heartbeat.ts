/** How late the host's event loop is. */
import { waitedForProcessorMs } from "./processor.ts";

const BEAT_MS = 5;

/** Beats while it lives, and keeps the latest beat. Time in which others had the processor does not count. */
export class Heartbeat implements Disposable {
  readonly #timer: Timer;
  #latest = 0;
  #last = performance.now();
  #waited = waitedForProcessorMs();

  constructor() {
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
  }

  /** The latest beat since the last call, in milliseconds, one that is still to come included. */
  take(): number {
    this.#beat();
    const latest = this.#latest;
    this.#latest = 0;
    return latest;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const now = performance.now();
    const waited = waitedForProcessorMs();
    this.#latest = Math.max(this.#latest, now - this.#last - (waited - this.#waited) - BEAT_MS);
    this.#last = now;
    this.#waited = waited;
  }
}
