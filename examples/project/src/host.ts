import { V8Sandbox } from "network-runtime";
import type { Isolate } from "network-runtime";
import type { Shop } from "./protocol.ts";

/** Of one thing each; whatever is not here cannot be bought. */
const PRICES: Readonly<Record<string, number>> = { tea: 3, cake: 5 };

/** Of every guest: CPU time of one turn, all memory, and time that passes in one turn's calls. */
const LIMITS = { cpuMs: 100, memoryMb: 32, wallMs: 5_000 };

/** What a guest's module exports. */
interface Guest {
  total(items: readonly string[]): number | Promise<number>;
}

/** Runs guests, each in an isolate of its own. */
export class Host implements Disposable {
  readonly #sandbox = new V8Sandbox();

  /**
   * Has a guest sum up an order.
   *
   * @param source - the guest's module, in TypeScript: nobody has to trust it
   * @param items - what is ordered
   * @throws EvaluationError if the guest throws, TerminatedError if it went over a limit
   */
  async total(source: string, items: readonly string[]): Promise<number> {
    using isolate: Isolate<Shop> = await this.#sandbox.createIsolate<Shop>(LIMITS);
    isolate.expose("shop", { priceOf: (item) => (Object.hasOwn(PRICES, item) ? PRICES[item] : undefined) });
    const guest = await isolate.import<Guest>("./guest.ts", { modules: { "./guest.ts": source } });
    const total: unknown = await guest.total(items);
    if (typeof total !== "number") throw new TypeError("the guest's total() gave no number");
    return total;
  }

  [Symbol.dispose](): void {
    this.#sandbox.shutdown();
  }
}
