import type { Encoding } from "../codec/index.ts";
import { ArgumentError, EngineError, LimitError, SandboxShutdownError } from "../contract/errors.ts";
import type { Protocol } from "../contract/events.ts";
import type { Exactly, IsolateLimits, IsolateOptions, SandboxLimits, SandboxOptions } from "../contract/options.ts";
import { resolveIsolateOptions, resolveSandboxOptions } from "../contract/options.ts";
import { show } from "../contract/show.ts";
import type { SandboxStats } from "../contract/stats.ts";
import { IsolateCore } from "../core/isolate-core.ts";
import type { IsolateOwner } from "../core/isolate-core.ts";
import { toSandboxStats } from "../core/stats.ts";
import { throwLater } from "../core/throw-later.ts";
import type { Engine, EngineSandbox, RecordSink } from "../engine/engine.ts";
import { RecordType, SandboxStat, Status } from "../engine/engine.ts";
import { loadEngine } from "../ffi/transport.ts";
import { checkHandler } from "./arguments.ts";
import type { Isolate } from "./isolate.ts";
import { toIsolate } from "./isolate.ts";
import packageJson from "../../package.json" with { type: "json" };

/** Versions of the parts. */
export interface Versions {
  /** This package's version. */
  readonly networkRuntime: string;
  /** The V8 that runs the guests. */
  readonly v8: string;
  /** The ABI version between this package and its engine. */
  readonly abi: number;
}

/**
 * A pool of threads and the isolates that run on it. Sandboxes are independent of each other, and work in Bun Workers
 * too. Living isolates keep the process alive.
 *
 * @example
 * ```ts
 * import { V8Sandbox } from "network-runtime";
 *
 * using sandbox = new V8Sandbox({ threads: 4, cpuMs: 1000, memoryMb: 64 });
 * const worker = await sandbox.createIsolate();
 * console.log(await worker.evaluate("6 * 7")); // 42
 * ```
 */
export class V8Sandbox implements Disposable, AsyncDisposable {
  readonly #limits: SandboxLimits;
  readonly #isolateDefaults: IsolateLimits;
  readonly #engine: Engine;
  readonly #connection: EngineSandbox;
  readonly #owner: IsolateOwner;
  /** By id, until their last event has been handled. */
  readonly #isolates = new Map<number, IsolateCore<Isolate>>();
  readonly #finished = Promise.withResolvers<void>();
  readonly #degradedHandlers = new Set<(stats: SandboxStats) => void>();
  #nextId = 0;
  #openCount = 0;
  /** Isolates that keep the process alive. */
  #referencedCount = 0;
  #referenced = true;
  #shutDown = false;
  #lastCounters: Float64Array | undefined;

  /**
   * @param options - the pool's size, and defaults of the isolates' limits
   * @throws OptionError if an option is unknown or out of its range
   * @throws EngineNotFoundError, EngineMismatchError if the engine's library is missing or of another version
   * @throws LimitError, EngineError if the system gives no more threads or memory
   * @example
   * ```ts
   * const sandbox = new V8Sandbox({ threads: 2, memoryMb: 64 });
   * ```
   */
  constructor(options: SandboxOptions = {}) {
    const { sandbox, isolate } = resolveSandboxOptions(options);
    this.#limits = sandbox;
    this.#isolateDefaults = isolate;
    this.#engine = engineOverride ?? loadEngine();
    const sink: RecordSink = {
      record: (type, encoding, isolateId, requestId, bytes, start, end) => {
        if (type === RecordType.Degraded) this.#tellDegraded();
        else this.#isolates.get(isolateId)?.record(type, encoding as Encoding, requestId, bytes, start, end);
      },
    };
    this.#owner = {
      isolateClosed: () => void this.#openCount--,
      isolateEnded: (core) => {
        this.#isolates.delete(core.id);
        if (core.referenced) this.#countReferences(-1);
      },
      referenceChanged: (referenced) => this.#countReferences(referenced ? 1 : -1),
    };
    this.#connection = this.#engine.createSandbox(sandbox, sink);
  }

  /** Versions of this package, its V8 and the ABI between them. */
  get versions(): Versions {
    return { networkRuntime: packageJson.version, v8: this.#engine.v8, abi: this.#engine.abi };
  }

  /**
   * Makes an isolate.
   *
   * @typeParam P - what host and guest say to each other, see {@link Protocol}; untyped if left out
   * @typeParam Options - the type of the options
   * @param options - its limits, where they differ from the sandbox's
   * @returns the isolate, ready to work
   * @throws OptionError if an option is unknown or out of its range
   * @throws SandboxShutdownError, LimitError, EngineError
   * @example
   * ```ts
   * const worker = await sandbox.createIsolate({ cpuMs: 50, memoryMb: 32 });
   * console.log(`Created ${worker}`); // "Isolate #0"
   * ```
   */
  async createIsolate<P extends Protocol = Protocol, Options extends Exactly<Options, IsolateOptions> = IsolateOptions>(
    options = {} as Options,
  ): Promise<Isolate<P>> {
    if (this.#shutDown) throw new SandboxShutdownError("createIsolate()");
    const limits = resolveIsolateOptions(options, this.#isolateDefaults);
    const handle = this.#connection.createIsolate(this.#nextId, limits);
    if (handle === Status.Limit) {
      throw new LimitError(`createIsolate(): there are ${this.#isolates.size} isolates, no more are possible.`);
    }
    if (handle < 0) throw new EngineError(`createIsolate(): the engine made no isolate (status ${handle}).`);
    const core = new IsolateCore(this.#owner, this.#connection, handle, this.#nextId, limits, toIsolate);
    this.#nextId++;
    this.#openCount++;
    this.#isolates.set(core.id, core);
    this.#countReferences(1);
    await core.ready.promise;
    return core.isolate as Isolate<P>;
  }

  /**
   * @returns how many isolates may run JavaScript at the same time
   * @example
   * ```ts
   * console.log(sandbox.threadCount()); // 4
   * ```
   */
  threadCount(): number {
    return this.#limits.threads;
  }

  /**
   * @returns how many isolates have been created and not destroyed
   * @example
   * ```ts
   * console.log(sandbox.isolateCount()); // 5
   * ```
   */
  isolateCount(): number {
    return this.#openCount;
  }

  /**
   * What the sandbox has used and done. After shutdown: the numbers it ended with.
   *
   * @returns counters, in the units of their names
   * @example
   * ```ts
   * const { cpuMs, running, queued } = sandbox.stats();
   * ```
   */
  stats(): SandboxStats {
    if (!this.#shutDown) this.#sample();
    return toSandboxStats(this.#lastCounters ?? new Float64Array(SandboxStat.Count));
  }

  /**
   * Calls a handler for the sandbox's own event, `engine_degraded`: isolates that died inside V8 have left 256 MiB behind,
   * or 32 turns run that did not stop when told to. Replace the process when it suits. It comes again at each doubling.
   *
   * @param type - `"engine_degraded"`
   * @param handler - gets the sandbox's counters
   * @returns the sandbox
   * @throws ArgumentError if there is no such event
   * @example
   * ```ts
   * sandbox.onSystem("engine_degraded", ({ leakedBytes }) => console.log(`${leakedBytes} bytes are lost`));
   * ```
   */
  onSystem(type: "engine_degraded", handler: (stats: SandboxStats) => void): this {
    checkSandboxEvent(type, handler, "onSystem()");
    this.#degradedHandlers.add(handler);
    return this;
  }

  /**
   * Removes a handler given to `onSystem`.
   *
   * @param type - `"engine_degraded"`
   * @param handler - the same function as was added
   * @returns the sandbox
   * @throws ArgumentError if there is no such event
   * @example
   * ```ts
   * sandbox.offSystem("engine_degraded", handler);
   * ```
   */
  offSystem(type: "engine_degraded", handler: (stats: SandboxStats) => void): this {
    checkSandboxEvent(type, handler, "offSystem()");
    this.#degradedHandlers.delete(handler);
    return this;
  }

  /**
   * Lets the living isolates keep the process alive again, which they do from the start.
   *
   * @returns the sandbox
   * @example
   * ```ts
   * sandbox.ref();
   * ```
   */
  ref(): this {
    this.#referenced = true;
    this.#updateReference();
    return this;
  }

  /**
   * Lets the process exit although isolates live.
   *
   * @returns the sandbox
   * @example
   * ```ts
   * const sandbox = new V8Sandbox().unref();
   * ```
   */
  unref(): this {
    this.#referenced = false;
    this.#updateReference();
    return this;
  }

  /**
   * Ends all isolates, whatever they are doing, and the threads. Returns within a second. Calls under way reject; the
   * isolates' `destroyed` events follow after the caller's own code. A second call does nothing.
   *
   * @example
   * ```ts
   * sandbox.shutdown();
   * ```
   */
  shutdown(): void {
    if (this.#shutDown) return;
    this.#sample();
    this.#shutDown = true;
    for (const core of [...this.#isolates.values()]) core.shutdown();
    this.#connection.shutdown(() => {
      for (const core of [...this.#isolates.values()]) core.finish();
      this.#finished.resolve();
    });
  }

  /** As {@link V8Sandbox.shutdown}, for `using`. */
  [Symbol.dispose](): void {
    this.shutdown();
  }

  /** Shuts down and waits until the isolates' `destroyed` events have been handled, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.shutdown();
    await this.#finished.promise;
  }

  #tellDegraded(): void {
    const stats = this.stats();
    for (const handler of [...this.#degradedHandlers]) {
      try {
        handler(stats);
      } catch (error) {
        throwLater(error);
      }
    }
  }

  #sample(): void {
    this.#lastCounters ??= new Float64Array(SandboxStat.Count);
    this.#connection.sandboxStats(this.#lastCounters);
  }

  #countReferences(change: number): void {
    this.#referencedCount += change;
    this.#updateReference();
  }

  #updateReference(): void {
    if (this.#shutDown) return;
    this.#connection.setReferenced(this.#referenced && this.#referencedCount > 0);
  }
}

function checkSandboxEvent(type: unknown, handler: unknown, doing: string): void {
  if (type !== "engine_degraded") {
    throw new ArgumentError(`${doing}: a sandbox has no event ${show(type)}. It has engine_degraded.`);
  }
  checkHandler(type, handler, doing);
}

let engineOverride: Engine | undefined;

/** @internal For tests: sandboxes made from now on use this engine; undefined for the real one. */
export function useEngine(engine: Engine | undefined): void {
  engineOverride = engine;
}
