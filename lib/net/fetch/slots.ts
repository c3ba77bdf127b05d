/** Turns at the network: so many at a time for each isolate, the rest wait in order. */
import type { Isolate } from "../../api/isolate.ts";
import { NetworkError } from "../common/errors.ts";
import { lookAfter } from "./deadlines.ts";

interface Waiter {
  readonly since: number;
  readonly proceed: () => void;
  readonly fail: (reason: unknown) => void;
}

interface Line {
  taken: number;
  readonly waiting: Set<Waiter>;
  /** When a slot was last given back, or the line began. */
  movedAt: number;
  timer: Timer | undefined;
}

/** Takes and gives back slots. */
export class Slots {
  readonly #max: number;
  readonly #patienceMs: number;
  readonly #lines = new WeakMap<Isolate, Line>();

  /**
   * @param max - per isolate, 0 = unlimited
   * @param patienceMs - who has waited so long in a line that has not moved for so long is told; 0 = never
   */
  constructor(max: number, patienceMs: number) {
    this.#max = max;
    this.#patienceMs = patienceMs;
  }

  /**
   * Takes a slot, when there is one.
   *
   * @returns gives it back; further calls do nothing
   * @throws the signal's reason; NetworkError if nothing moves
   */
  take(isolate: Isolate, signal: AbortSignal): (() => void) | Promise<() => void> {
    signal.throwIfAborted();
    let line = this.#lines.get(isolate);
    if (!line) this.#lines.set(isolate, (line = { taken: 0, waiting: new Set(), movedAt: 0, timer: undefined }));
    const own = line;
    if (this.#max > 0 && own.taken >= this.#max) return this.#wait(own, signal).then(() => this.#giveBack(own));
    own.taken++;
    return this.#giveBack(own);
  }

  #wait(line: Line, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        line.waiting.delete(waiter);
        signal.removeEventListener("abort", onAbort);
        if (line.waiting.size === 0) clearTimeout(line.timer);
      };
      const waiter: Waiter = {
        since: performance.now(),
        proceed: () => {
          leave();
          resolve();
        },
        fail: (reason) => {
          leave();
          reject(reason);
        },
      };
      const onAbort = (): void => waiter.fail(signal.reason);
      if (line.waiting.size === 0) {
        line.movedAt = waiter.since;
        this.#watch(line, this.#patienceMs);
      }
      line.waiting.add(waiter);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  #watch(line: Line, ms: number): void {
    if (this.#patienceMs === 0) return;
    clearTimeout(line.timer);
    line.timer = lookAfter(ms, () => this.#look(line));
  }

  #look(line: Line): void {
    const now = performance.now();
    for (const first of line.waiting) {
      const left = Math.max(line.movedAt, first.since) + this.#patienceMs - now;
      if (left > 0) return this.#watch(line, left);
      first.fail(
        new NetworkError(
          "ERR_NET_TIMEOUT",
          `The request has waited ${this.#patienceMs} ms for one of ${this.#max} others to end (maxConcurrent). ` +
            "They last until their bodies are read to the end, cancelled, or dropped so that nothing reaches them.",
        ),
      );
    }
  }

  #giveBack(line: Line): () => void {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const [next] = line.waiting;
      if (!next) {
        line.taken--;
        return;
      }
      line.movedAt = performance.now();
      next.proceed();
    };
  }
}
