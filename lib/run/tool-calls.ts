/** The calls of tools during one run: counted, and told. */
import { LimitError } from "../contract/errors.ts";
import type { ToolCall } from "./result.ts";
import { cut, sketchOf } from "../contract/sketch.ts";
import { boundAs } from "../core/answer-bounds.ts";

/** So many are told. */
const TOLD_MAX = 1000;
const MESSAGE_MAX = 500;

/** A call that is told, until it has come to something. */
type Pending = { -readonly [Name in keyof ToolCall]: ToolCall[Name] };

/** What was not answered when the run ended. */
const UNANSWERED = { name: "Error", message: "The run ended before the call was answered.", code: "ERR_UNANSWERED" };

/** Those of one run. */
export class ToolCalls {
  readonly told: ToolCall[] = [];
  count = 0;
  readonly #max: number;
  readonly #pending = new Set<Pending>();
  #startedAt = 0;

  /** @param max - calls, 0 = unlimited */
  constructor(max: number) {
    this.#max = max;
  }

  /** The same API, whose calls are noted. What is no function and no object in it is for `expose` to refuse. */
  watch(api: object, above = ""): object {
    const members = Object.entries(api).map(([key, member]: [string, unknown]): [string, unknown] => {
      if (typeof member === "function") return [key, this.#watched(member, api, above + key)];
      const isNested = typeof member === "object" && member !== null && !Array.isArray(member);
      return [key, isNested ? this.watch(member, `${above}${key}.`) : member];
    });
    return Object.fromEntries(members);
  }

  start(): void {
    this.#startedAt = performance.now();
  }

  /** Nobody waits for answers any more. */
  end(): void {
    for (const call of [...this.#pending]) this.#settle(call, UNANSWERED);
  }

  #watched(member: Function, owner: object, name: string): Function {
    const watched = (...given: unknown[]): unknown => {
      if (this.#max > 0 && this.count >= this.#max) {
        throw new LimitError(`tools.${name}(): there were ${this.count} calls of tools, which is all (toolCallsMax).`);
      }
      const call = this.#note(name, given.slice(0, -1));
      try {
        const result: unknown = Reflect.apply(member, owner, given);
        if (!isThenable(result)) {
          this.#settle(call);
          return result;
        }
        return this.#await(call, result);
      } catch (error) {
        this.#settle(call, describe(error));
        throw error;
      }
    };
    // As many parameters as it has: behind them comes the context.
    Object.defineProperty(watched, "length", { value: member.length });
    return boundAs(member, watched);
  }

  async #await(call: Pending | undefined, result: PromiseLike<unknown>): Promise<unknown> {
    try {
      const value = await result;
      this.#settle(call);
      return value;
    } catch (error) {
      this.#settle(call, describe(error));
      throw error;
    }
  }

  #note(name: string, args: readonly unknown[]): Pending | undefined {
    this.count++;
    if (this.told.length >= TOLD_MAX) return undefined;
    const startMs = performance.now() - this.#startedAt;
    const call: Pending = { name, input: sketchOf(args), ok: false, startMs, durationMs: 0 };
    this.told.push(call);
    this.#pending.add(call);
    return call;
  }

  #settle(call: Pending | undefined, error?: ToolCall["error"]): void {
    // What comes after the run is of no interest to it.
    if (!call || !this.#pending.delete(call)) return;
    call.ok = error === undefined;
    if (error) call.error = error;
    call.durationMs = performance.now() - this.#startedAt - call.startMs;
  }
}

function describe(error: unknown): NonNullable<ToolCall["error"]> {
  try {
    const { name, message, code } = error as { name?: unknown; message?: unknown; code?: unknown };
    const known = typeof code === "string" || typeof code === "number";
    return {
      name: typeof name === "string" ? cut(name, MESSAGE_MAX) : "Error",
      message: cut(typeof message === "string" ? message : String(error), MESSAGE_MAX),
      ...(known && { code }),
    };
  } catch {
    return { name: "Error", message: "The tool threw a value that has no text." };
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
