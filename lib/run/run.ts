import type { HostApi, Isolate } from "../api/isolate.ts";
import type { V8Sandbox } from "../api/sandbox.ts";
import {
  AbortError,
  ArgumentError,
  DataCloneError,
  OptionError,
  SandboxError,
  SandboxShutdownError,
  TerminatedError,
} from "../contract/errors.ts";
import type { Exactly } from "../contract/options.ts";
import { observing } from "../core/observing.ts";
import { Logs } from "./logs.ts";
import type { RunOptions, RunSettings } from "./options.ts";
import { checkCode, resolveRunOptions } from "./options.ts";
import type { RunReport, RunResult } from "./result.ts";
import { reasonOf } from "./result.ts";
import { ToolCalls } from "./tool-calls.ts";
import { forgetShared, poolOf, sharedSandbox } from "./warm-pools.ts";

/**
 * Runs a program in an isolate of its own, which ends with it, and tells what became of it. Whatever the program does, that is
 * a result: only what the caller got wrong is thrown.
 *
 * @typeParam T - the value's type, not checked at run time
 * @typeParam Options - the type of the options
 * @param code - the program's text; top-level await works
 * @param options - what it gets, and what it may use
 * @returns `{ ok: true, value }` with the value of its last expression, awaited, or `{ ok: false, error }`; both with what it
 * printed, which tools it called and what it used
 * @throws ArgumentError, OptionError; DataCloneError if an argument cannot be cloned
 * @example
 * ```ts
 * import { run } from "network-runtime/run";
 *
 * const result = await run("const [first] = await tools.search(query); first.name", {
 *   tools: { search: async (query: string) => [{ name: `the first ${query}` }] },
 *   args: { query: "tea" },
 *   limits: { cpuMs: 100, memoryMb: 32 },
 * });
 * console.log(result.ok ? result.value : result.error.message); // the first tea
 * ```
 */
export async function run<T = unknown, Options extends Exactly<Options, RunOptions> = RunOptions>(
  code: string,
  options = {} as Options,
): Promise<RunResult<T>> {
  checkCode(code);
  const settings = resolveRunOptions(options);
  const { observer } = observing;
  const work = (): Promise<RunResult<T>> => attempt<T>(code, settings);
  return observer ? observer.run(work) : work();
}

async function attempt<T>(code: string, settings: RunSettings): Promise<RunResult<T>> {
  const { sandbox } = settings;
  const one = new Attempt(settings);
  try {
    const value = sandbox ? await one.runIn(sandbox, code) : await one.runInShared(code);
    return { ok: true, value: value as T, ...one.report(0), reason: "completed" };
  } catch (error) {
    if (!(error instanceof SandboxError) || isMisuse(error)) throw error;
    return { ok: false, error, ...one.report(memoryOf(error)), reason: reasonOf(error) };
  }
}

/** One run, and what is known of it. */
class Attempt {
  readonly #settings: RunSettings;
  readonly #logs: Logs;
  readonly #calls: ToolCalls;
  #isolate: Isolate | undefined;
  #startedAt = 0;
  /** What its isolate had used before it began. */
  #cpuMsBefore = 0;

  constructor(settings: RunSettings) {
    this.#settings = settings;
    this.#logs = new Logs(settings.logsMax, settings.logLengthMax);
    this.#calls = new ToolCalls(settings.toolCallsMax);
  }

  /** Somebody may have shut down all sandboxes there are. */
  async runInShared(code: string): Promise<unknown> {
    const sandbox = sharedSandbox();
    try {
      return await this.runIn(sandbox, code);
    } catch (error) {
      if (!(error instanceof SandboxShutdownError)) throw error;
      forgetShared(sandbox);
      if (this.#isolate) throw error;
      return this.runIn(sharedSandbox(), code);
    }
  }

  async runIn(sandbox: V8Sandbox, code: string): Promise<unknown> {
    const { signal, isolate: limits } = this.#settings;
    try {
      return await poolOf(sandbox, limits).run((isolate) => this.#evaluate(isolate, code), { signal });
    } catch (error) {
      throw error instanceof AbortError ? new AbortError("run()", error.cause) : error;
    }
  }

  /** @param memoryBytes - what it is known to have had */
  report(memoryBytes: number): Omit<RunReport, "reason"> {
    this.#calls.end();
    // Of the moment when the run ended it.
    const stats = this.#isolate?.stats();
    return {
      logs: this.#logs.entries,
      logsTruncated: this.#logs.truncated,
      toolCalls: this.#calls.told,
      toolCallCount: this.#calls.count,
      cpuMs: (stats?.cpuMs ?? 0) - this.#cpuMsBefore,
      wallMs: this.#isolate ? performance.now() - this.#startedAt : 0,
      memoryPeakBytes: Math.max(stats?.memoryPeakBytes ?? 0, memoryBytes),
    };
  }

  #evaluate(isolate: Isolate, code: string): Promise<unknown> {
    const { tools, args, filename, language, functionBody, lineOffset, columnOffset } = this.#settings;
    this.#isolate = isolate;
    this.#cpuMsBefore = isolate.stats().cpuMs;
    this.#startedAt = performance.now();
    this.#calls.start();
    this.#logs.begin(isolate);
    if (tools) isolate.expose("tools", this.#calls.watch(tools) as HostApi);
    return isolate.evaluate<unknown>(code, { args, filename, language, functionBody, lineOffset, columnOffset });
  }
}

/** What the caller got wrong, and not the program. */
function isMisuse(error: SandboxError): boolean {
  return error instanceof ArgumentError || error instanceof OptionError || error instanceof DataCloneError;
}

/** What a guest had when it had too much: its end may have come before it was measured. */
function memoryOf(error: SandboxError): number {
  const isMemory = error instanceof TerminatedError && error.reason === "memory_limit_exceeded";
  return isMemory ? (error.used ?? 0) * 2 ** 20 : 0;
}
