/** What a guest prints during one run, as far as there is room for it. */
import type { Isolate } from "../api/isolate.ts";
import type { ConsoleEvent } from "../contract/events.ts";
import type { RunLog } from "./result.ts";

const byIsolate = new WeakMap<Isolate, Logs>();

/** Has an isolate's console heard, before anybody runs anything in it. */
export function listen(isolate: Isolate): void {
  const hear = ({ level, text }: ConsoleEvent): void => {
    const logs = byIsolate.get(isolate);
    if (!logs || logs.truncated) return;
    logs.add(level, text ?? "");
    // What nobody will read is not worth sending.
    if (logs.truncated && !isolate.destroyed) isolate.offConsole(hear);
  };
  isolate.onConsole(hear);
}

/** The console of one run. */
export class Logs {
  readonly entries: RunLog[] = [];
  /** Whether there was more than there is room for. */
  truncated = false;
  readonly #countMax: number;
  #lengthLeft: number;

  /**
   * @param countMax - calls, 0 = unlimited
   * @param lengthMax - UTF-16 code units of all of them, 0 = unlimited
   */
  constructor(countMax: number, lengthMax: number) {
    this.#countMax = countMax || Infinity;
    this.#lengthLeft = lengthMax || Infinity;
  }

  /** The run has begun: what its isolate prints from now on is here. */
  begin(isolate: Isolate): void {
    byIsolate.set(isolate, this);
  }

  add(level: RunLog["level"], text: string): void {
    this.truncated = this.entries.length >= this.#countMax || text.length > this.#lengthLeft;
    if (this.entries.length >= this.#countMax || this.#lengthLeft === 0) return;
    const fitting = text.slice(0, this.#lengthLeft);
    this.#lengthLeft -= fitting.length;
    this.entries.push({ level, text: fitting });
  }
}
