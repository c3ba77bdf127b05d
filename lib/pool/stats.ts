/** A pool's counters. */

/** What a pool has and has done. */
export interface PoolStats {
  /** Isolates that are ready for the next run. */
  readonly ready: number;
  /** Isolates that are being made, for runs and for keys. */
  readonly making: number;
  /** Runs at work. */
  readonly running: number;
  /** Living isolates of keys. */
  readonly keys: number;
  /** Callers that wait for one of these to end. */
  readonly waiting: number;
  /** Isolates that were made, until now. */
  readonly made: number;
  /** Isolates that could not be made, or prepared. */
  readonly failed: number;
  /** Isolates of keys that were ended to make room, or because nobody had used them for `idleMs`. */
  readonly evicted: number;
}
