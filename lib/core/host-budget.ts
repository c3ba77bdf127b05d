/**
 * What the host keeps on an isolate's behalf, in one count: requests in the hands of handlers, answers and events that the
 * guest has not taken, bodies on their way. Each is counted by who keeps it, for as long as it is kept.
 */
import { LimitError } from "../contract/errors.ts";

/** Counts for one isolate. */
export class HostBudget {
  readonly #owner: string;
  readonly #max: number;
  #used = 0;

  /**
   * @param owner - how errors name the isolate
   * @param max - bytes, 0 = unlimited
   */
  constructor(owner: string, max: number) {
    this.#owner = owner;
    this.#max = max;
  }

  /** What is kept, in bytes. */
  get used(): number {
    return this.#used;
  }

  /** Whether there is room for so much. For one thing there always is, or it could never be had. */
  fits(bytes: number): boolean {
    return this.#used === 0 || this.#max === 0 || this.#used + bytes <= this.#max;
  }

  /** Counts what has to be kept. */
  add(bytes: number): void {
    this.#used += bytes;
  }

  /** Counts something, if there is room for it. @returns whether there was */
  take(bytes: number): boolean {
    if (!this.fits(bytes)) return false;
    this.#used += bytes;
    return true;
  }

  /** It is kept no longer. */
  release(bytes: number): void {
    this.#used -= bytes;
  }

  /** @param what - there is no room for, `"the request"` */
  refusal(what: string): LimitError {
    return new LimitError(
      `There is no room for ${what}: the host keeps ${this.#used} bytes for ${this.#owner} (hostBytesMax is ${this.#max}). ` +
        "Take what was sent, and wait for what was asked.",
    );
  }
}

const budgets = new WeakMap<object, HostBudget>();

/** Says whose budget it is. */
export function keepBudget(isolate: object, budget: HostBudget): void {
  budgets.set(isolate, budget);
}

/** An isolate's budget. */
export function budgetOf(isolate: object): HostBudget {
  let budget = budgets.get(isolate);
  // No isolate of a sandbox, but what stands for one.
  if (!budget) budgets.set(isolate, (budget = new HostBudget("the isolate", 0)));
  return budget;
}
