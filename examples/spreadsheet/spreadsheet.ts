/** A sheet whose formulas are its users' code: each sheet computes in an isolate, which has no more than the sheet. */
import { EvaluationError, RequestError, TerminatedError, V8Sandbox } from "network-runtime";
import type { Imported, Isolate } from "network-runtime";
import { bundleGuest } from "network-runtime/bundle";
import { fileURLToPath } from "node:url";

type Guest = typeof import("./guest/sheet.ts");
type Cell = number | string | boolean | null;

const LIMITS = { cpuMs: 500, memoryMb: 64, wallMs: 30_000 };

/** The guest's code with Excel's functions, bundled once. */
const bundle = await bundleGuest(fileURLToPath(new URL("guest/sheet.ts", import.meta.url)));

/** A formula that cannot be: it has a message for the user. */
export class FormulaError extends Error {
  override name = "FormulaError";
}

/** A sheet of columns. */
export class Spreadsheet implements Disposable {
  readonly #sandbox: V8Sandbox;
  readonly #values: Record<string, Cell[]>;
  readonly #formulas = new Map<string, string>();
  #isolate: Isolate | undefined;
  #guest: Promise<Imported<Guest>> | undefined;

  /** @param values - its columns, of one length */
  constructor(sandbox: V8Sandbox, values: Record<string, Cell[]>) {
    this.#sandbox = sandbox;
    this.#values = values;
  }

  /** Adds a column by a formula, or changes one: `=ROUND({Price} * {Count}, 2)`. @throws FormulaError */
  async define(name: string, formula: string): Promise<void> {
    await this.#ask((guest) => guest.define(name, formula));
    this.#formulas.set(name, formula);
  }

  /** Changes a value. */
  async edit(name: string, row: number, value: Cell): Promise<void> {
    this.#values[name]![row] = value;
    await this.#ask((guest) => guest.edit(name, row, value));
  }

  /** A column's values, from a row to another. @throws FormulaError */
  values(name: string, from?: number, to?: number): Promise<Cell[]> {
    return this.#ask((guest) => guest.values(name, from, to));
  }

  [Symbol.dispose](): void {
    this.#isolate?.destroy();
  }

  async #ask<Result>(work: (guest: Imported<Guest>) => Promise<Result>): Promise<Result> {
    try {
      return await work(await (this.#guest ??= this.#open()));
    } catch (error) {
      if (error instanceof TerminatedError) {
        // The sheet goes on without what was under way.
        this.#guest = undefined;
        throw new FormulaError("the formula takes too much", { cause: error });
      }
      if (error instanceof EvaluationError || error instanceof RequestError)
        throw new FormulaError(error.guest.message);
      throw error;
    }
  }

  async #open(): Promise<Imported<Guest>> {
    this.#isolate = await this.#sandbox.createIsolate(LIMITS);
    const guest = await this.#isolate.import<Guest>(bundle.entry, { modules: bundle.modules });
    await guest.load(this.#values);
    for (const [name, formula] of this.#formulas) await guest.define(name, formula);
    return guest;
  }
}
