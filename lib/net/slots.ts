/** Turns at the network: so many at a time for each isolate, the rest wait in order. */
import type { Isolate } from "../isolate.ts";

interface Line {
  taken: number;
  readonly waiting: (() => void)[];
}

/** Takes and gives back slots. */
export class Slots {
  readonly #max: number;
  readonly #lines = new WeakMap<Isolate, Line>();

  /** @param max - per isolate, 0 = unlimited */
  constructor(max: number) {
    this.#max = max;
  }

  /** Takes a slot, when there is one. @returns gives it back; further calls do nothing. @throws the signal's reason */
  take(isolate: Isolate, signal: AbortSignal): (() => void) | Promise<() => void> {
    signal.throwIfAborted();
    let line = this.#lines.get(isolate);
    if (!line) this.#lines.set(isolate, (line = { taken: 0, waiting: [] }));
    const own = line;
    if (this.#max > 0 && own.taken >= this.#max) return this.#wait(own, signal).then(() => giveBack(own));
    own.taken++;
    return giveBack(own);
  }

  #wait(line: Line, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const next = (): void => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      const onAbort = (): void => {
        const index = line.waiting.indexOf(next);
        if (index >= 0) line.waiting.splice(index, 1);
        reject(signal.reason);
      };
      line.waiting.push(next);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }
}

function giveBack(line: Line): () => void {
  let given = false;
  return () => {
    if (given) return;
    given = true;
    const next = line.waiting.shift();
    if (next) next();
    else line.taken--;
  };
}
