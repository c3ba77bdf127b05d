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

  /** Waits for a slot. @returns gives it back; further calls do nothing. @throws the signal's reason */
  async take(isolate: Isolate, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    let line = this.#lines.get(isolate);
    if (!line) this.#lines.set(isolate, (line = { taken: 0, waiting: [] }));
    if (this.#max > 0 && line.taken >= this.#max) await this.#wait(line, signal);
    else line.taken++;
    const own = line;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = own.waiting.shift();
      if (next) next();
      else own.taken--;
    };
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
