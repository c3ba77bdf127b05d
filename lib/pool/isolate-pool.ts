import type { Isolate } from "../api/isolate.ts";
import { V8Sandbox } from "../api/sandbox.ts";
import { ArgumentError } from "../contract/errors.ts";
import type { Protocol } from "../contract/events.ts";
import type { Exactly } from "../contract/options.ts";
import { show } from "../contract/show.ts";
import type { IsolatePoolOptions, PoolCallOptions, RunContext } from "./options.ts";
import { checkKey, checkPoolCall, resolvePoolOptions } from "./options.ts";
import { PoolCore } from "./pool-core.ts";
import type { PoolStats } from "./stats.ts";

/**
 * Isolates of a sandbox that are ready before they are wanted: a fresh one for each {@link IsolatePool.run}, and one for each
 * key of {@link IsolatePool.get}. Those that are ready and idle do not keep the process alive.
 *
 * @typeParam P - what host and guests say to each other, see {@link Protocol}; untyped if left out
 * @example
 * ```ts
 * import { V8Sandbox } from "network-runtime";
 * import { IsolatePool } from "network-runtime/pool";
 *
 * using sandbox = new V8Sandbox();
 * using pool = new IsolatePool(sandbox, {
 *   size: 4,
 *   isolate: { cpuMs: 100, memoryMb: 64 },
 *   prepare: (isolate) => isolate.evaluate("function greet(name) { return `Hello ${name}!` }"),
 * });
 * console.log(await pool.run((isolate) => isolate.evaluate("greet('you')"))); // Hello you!
 * ```
 */
export class IsolatePool<P extends Protocol = Protocol> implements Disposable, AsyncDisposable {
  readonly #core: PoolCore;

  /**
   * @param sandbox - whose isolates they are
   * @param options - how many, and what they are like
   * @throws ArgumentError, OptionError
   */
  constructor(sandbox: V8Sandbox, options: IsolatePoolOptions<P> = {}) {
    if (!(sandbox instanceof V8Sandbox)) {
      throw new ArgumentError(`new IsolatePool(): the sandbox must be a V8Sandbox, but is ${show(sandbox)}.`);
    }
    this.#core = new PoolCore(sandbox, resolvePoolOptions(options, sandbox));
    dropped.register(this, this.#core);
  }

  /**
   * Does a piece of work with an isolate that nobody has used, and ends the isolate with it: whatever the guest did, the next
   * run does not see it. One that is ready is taken at once, otherwise one is made; if `max` live already, the caller waits
   * its turn.
   *
   * @typeParam T - what the work comes to
   * @typeParam Options - the type of the options
   * @param work - gets the isolate, and `{ signal }`
   * @param options - what gives it up
   * @returns what the work comes to
   * @throws what the work does
   * @throws PoolExhaustedError, PrepareError, AbortError, PoolClosedError
   * @throws LimitError, EngineError, SandboxShutdownError if no isolate can be made
   * @throws ArgumentError, OptionError
   * @example
   * ```ts
   * const total = await pool.run((isolate) => isolate.evaluate(formula, { args: row }), { signal });
   * ```
   */
  async run<T, Options extends Exactly<Options, PoolCallOptions> = PoolCallOptions>(
    work: (isolate: Isolate<P>, context: RunContext) => T | Promise<T>,
    options = {} as Options,
  ): Promise<T> {
    if (typeof work !== "function") {
      throw new ArgumentError(`pool.run(): the work must be a function, but is ${show(work)}.`);
    }
    checkPoolCall(options, "pool.run()");
    return this.#core.run(work as (isolate: Isolate, context: RunContext) => T | Promise<T>, options.signal);
  }

  /**
   * The isolate of a key, a tenant for instance: the same each time, made when it is first asked for, and again after it was
   * terminated, destroyed or evicted. It is evicted when it was idle for `idleMs`, or has been asked for longest ago and its
   * room is needed; never while calls, requests or messages of its are under way. So ask for it each time it is needed.
   *
   * @typeParam Options - the type of the options
   * @param key - whose it is
   * @param options - what gives up the waiting
   * @returns the isolate
   * @throws PoolExhaustedError, PrepareError, AbortError, PoolClosedError
   * @throws LimitError, EngineError, SandboxShutdownError if no isolate can be made
   * @throws ArgumentError, OptionError
   * @example
   * ```ts
   * const worker = await pool.get(tenant.id);
   * await worker.request("webhook", payload, { timeoutMs: 1000 });
   * ```
   */
  async get<Options extends Exactly<Options, PoolCallOptions> = PoolCallOptions>(
    key: string,
    options = {} as Options,
  ): Promise<Isolate<P>> {
    checkKey(key, "pool.get()");
    checkPoolCall(options, "pool.get()");
    return (await this.#core.get(key, options.signal)) as Isolate<P>;
  }

  /**
   * Ends the isolate of a key, so that the next `get` makes another: because the tenant's code has changed, for instance.
   *
   * @param key - whose it is
   * @returns whether there was one
   * @throws ArgumentError
   * @example
   * ```ts
   * pool.delete(tenant.id);
   * ```
   */
  delete(key: string): boolean {
    checkKey(key, "pool.delete()");
    return this.#core.delete(key);
  }

  /**
   * @returns what the pool has and has done
   * @example
   * ```ts
   * const { ready, running, waiting } = pool.stats();
   * ```
   */
  stats(): PoolStats {
    return this.#core.stats();
  }

  /**
   * Ends all isolates of the pool, those at work too: their runs, and whoever waits, fail with PoolClosedError. A second call
   * does nothing. The sandbox lives on.
   *
   * @example
   * ```ts
   * pool.close();
   * ```
   */
  close(): void {
    this.#core.close();
  }

  /** As {@link IsolatePool.close}, for `using`. */
  [Symbol.dispose](): void {
    this.#core.close();
  }

  /** As {@link IsolatePool.close}, and waits until the isolates' `destroyed` events have been handled, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#core.close().map((isolate) => isolate[Symbol.asyncDispose]()));
  }
}

/** A pool that nobody can reach any more keeps nothing ready. */
const dropped = new FinalizationRegistry<PoolCore>((core) => core.drop());
