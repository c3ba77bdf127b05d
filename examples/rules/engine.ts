/**
 * A rules engine: each customer's rules are code, and each payment is decided on in an isolate that nobody has used, so that
 * no rule remembers a payment and none sees another customer's. A warm pool has isolates ready.
 */
import { AbortError, EvaluationError, TerminatedError, V8Sandbox } from "network-runtime";
import { IsolatePool, PoolExhaustedError } from "network-runtime/pool";

/** What is decided about. */
export interface Payment {
  readonly id: number;
  readonly account: string;
  readonly country: string;
  readonly amount: number;
  readonly hour: number;
}

/** What comes of it. What could not be decided is for people to look at. */
export type Decision =
  | { readonly outcome: "accept" | "review" | "refuse"; readonly score: number; readonly because: readonly string[] }
  | { readonly outcome: "review"; readonly failed: string };

/** Options of the engine. */
export interface RulesOptions {
  /** Isolates that are ready. */
  readonly warm: number;
  /** Isolates at work and ready at once. */
  readonly max: number;
  /** Payments that may wait for one. Those beyond are told so at once. */
  readonly waitingMax: number;
}

const LIMITS = { cpuMs: 20, memoryMb: 16, wallMs: 30_000 };
const REVIEW_AT = 50;
const REFUSE_AT = 100;

/** Decides by customers' rules. */
export class RulesEngine implements Disposable {
  readonly #sandbox = new V8Sandbox();
  readonly #pool: IsolatePool;
  readonly #rules: ReadonlyMap<string, string>;

  private constructor(rules: ReadonlyMap<string, string>, library: string, { warm, max, waitingMax }: RulesOptions) {
    this.#rules = rules;
    this.#pool = new IsolatePool(this.#sandbox, {
      ...{ size: warm, max, waitingMax, isolate: LIMITS },
      prepare: (isolate) => isolate.evaluate(library, { filename: "library.ts", language: "ts" }),
    });
  }

  /** @param rules - by customer: scripts in TypeScript that call `flag(rule, score)` about `payment` */
  static async open(rules: ReadonlyMap<string, string>, options: RulesOptions): Promise<RulesEngine> {
    const library = await Bun.file(new URL("guest/library.ts", import.meta.url)).text();
    return new RulesEngine(rules, library, options);
  }

  /** Decides about a payment. @throws PoolExhaustedError when too many wait, AbortError when nobody does any more */
  async decide(customer: string, payment: Payment, signal?: AbortSignal): Promise<Decision> {
    const rules = this.#rules.get(customer);
    if (rules === undefined) return { outcome: "review", failed: "there are no rules" };
    try {
      const { score, because } = await this.#pool.run(
        async (isolate): Promise<{ score: number; because: string[] }> => {
          const options = { filename: `${customer}.ts`, language: "ts", args: { payment } } as const;
          await isolate.evaluate(rules, options);
          return isolate.evaluate("decide()");
        },
        { signal },
      );
      return { outcome: score >= REFUSE_AT ? "refuse" : score >= REVIEW_AT ? "review" : "accept", score, because };
    } catch (error) {
      if (error instanceof PoolExhaustedError || error instanceof AbortError) throw error;
      return { outcome: "review", failed: explained(error) };
    }
  }

  [Symbol.dispose](): void {
    this.#pool.close();
    this.#sandbox.shutdown();
  }
}

function explained(error: unknown): string {
  if (error instanceof EvaluationError) {
    const { name, message, filename, lineno } = error.guest;
    return `${name}: ${message} (${filename}:${lineno})`;
  }
  return error instanceof TerminatedError ? error.reason : String(error);
}
