import { ArgumentError } from "../contract/errors.ts";
import type { DataOf, Protocol, Untyped } from "../contract/events.ts";
import type { InspectOptions, InspectorServer } from "../contract/inspect.ts";
import { resolveInspectOptions } from "../contract/inspect.ts";
import type {
  CreateIsolateOptions,
  Exactly,
  IsolateLimits,
  IsolationLayer,
  SandboxLimits,
  SandboxOptions,
} from "../contract/options.ts";
import { checkName, checkTrustGroup, resolveIsolateOptions, resolveSandboxOptions } from "../contract/options.ts";
import type { DashboardOptions } from "../contract/dashboard.ts";
import type { Listening } from "../contract/listening.ts";
import type { MetricsOptions, SandboxMetrics } from "../contract/metrics.ts";
import { checkOptionNames } from "../contract/option-names.ts";
import { checkBoolean } from "../contract/option-values.ts";
import { show } from "../contract/show.ts";
import type { SandboxStats } from "../contract/stats.ts";
import type { IsolateCore } from "../core/isolate-core.ts";
import { living } from "../core/living.ts";
import { SandboxCore } from "../core/sandbox-core.ts";
import type { SharedModules } from "../core/shared-modules.ts";
import type { Tally } from "../core/tally.ts";
import type { Engine } from "../engine/engine.ts";
import { loadEngine } from "../ffi/transport.ts";
import { checkHandler, checkNoOptions } from "./arguments.ts";
import type { Isolate } from "./isolate.ts";
import { toIsolate } from "./isolate.ts";
import type { IsolateTemplate } from "./isolate-template.ts";
import type { TemplateOptions } from "./template-options.ts";
import { dashboards, templates, tracing } from "./on-demand.ts";
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

/** What is between a sandbox's guests and its host. */
export interface Isolation {
  /** `"isolate"`: V8 and this library; `"process"`: the operating system besides. */
  readonly kind: "isolate" | "process";
  /** Of `"process"`: the layers of the child processes' confinement that are in force. */
  readonly layers: readonly IsolationLayer[];
}

/** @internal What is counted of a sandbox: pools add to it. */
export let tallyOf: (sandbox: V8Sandbox) => Tally;

/**
 * A pool of threads and the isolates that run on it. Sandboxes are independent of each other, and work in Bun Workers
 * too. Living isolates keep the process alive.
 *
 * A sandbox that is not shut down, and that nobody has a reference to any more, is collected with those of its isolates
 * that nobody has, that have no handlers and that no call waits for.
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
  readonly #core: SandboxCore<Isolate>;

  static {
    tallyOf = (sandbox) => sandbox.#core.tally;
  }

  /**
   * @param options - the pool's size, and defaults of the isolates' limits
   * @throws OptionError if an option is unknown or out of its range
   * @throws EngineNotFoundError, EngineMismatchError if the engine's library is missing or of another version
   * @throws LimitError, EngineError if the system gives no more threads or memory
   * @throws IsolationError if child processes cannot be confined as `isolation` asks
   * @example
   * ```ts
   * const sandbox = new V8Sandbox({ threads: 2, memoryMb: 64 });
   * ```
   */
  constructor(options: SandboxOptions = {}) {
    const { sandbox, isolate } = resolveSandboxOptions(options);
    this.#limits = sandbox;
    this.#isolateDefaults = isolate;
    const engine = engineOverride ?? loadEngine();
    this.#engine = process.env.NR_TRACE === "1" ? tracing().traced(engine) : engine;
    this.#core = new SandboxCore(this.#engine, sandbox, toIsolate);
    dropped.register(this, this.#core);
  }

  /** Versions of this package, its V8 and the ABI between them. */
  get versions(): Versions {
    return { networkRuntime: packageJson.version, v8: this.#engine.v8, abi: this.#engine.abi };
  }

  /** What is between guests and host, as it is in force. */
  get isolation(): Isolation {
    return { kind: this.#limits.isolation, layers: this.#core.layers ?? [] };
  }

  /**
   * Makes an isolate.
   *
   * @typeParam P - what host and guest say to each other, see {@link Protocol}; untyped if left out
   * @typeParam Options - the type of the options
   * @param options - its limits, where they differ from the sandbox's; its name, and what belongs to it
   * @returns the isolate, ready to work
   * @throws OptionError if an option is unknown or out of its range
   * @throws SandboxShutdownError, LimitError, EngineError
   * @throws CrashLoopError if the group's processes have crashed again and again, with `isolation: "process"`
   * @example
   * ```ts
   * const worker = await sandbox.createIsolate({ name: "tenant 7", data: { plan: "free" }, cpuMs: 50, memoryMb: 32 });
   * console.log(`Created ${worker}`); // Created Isolate #0 "tenant 7"
   * ```
   */
  async createIsolate<
    P extends Protocol = Protocol,
    Options extends Exactly<Options, CreateIsolateOptions<DataOf<P>>> = CreateIsolateOptions<DataOf<P>>,
  >(options = {} as Options): Promise<Isolate<P>> {
    const core = this.#make(options);
    // Held from here on: whoever waits for it has it.
    const { isolate } = core;
    await core.ready.promise;
    return isolate as Isolate<P>;
  }

  #make(options: CreateIsolateOptions, shared?: SharedModules): IsolateCore<Isolate> {
    this.#core.assertOpen("createIsolate()");
    const limits = resolveIsolateOptions(options, this.#isolateDefaults);
    const { name, data, trustGroup } = options;
    checkName(name);
    checkTrustGroup(trustGroup, this.#limits.isolation);
    return this.#core.createIsolate(limits, name, data, trustGroup, shared);
  }

  /**
   * Makes a template of isolates: modules are loaded and compiled once, and isolates that begin with them are made in much less
   * time than those load them themselves. It takes two isolates, which are tried out and ended.
   *
   * @typeParam P - what host and guests say to each other, see {@link Protocol}; untyped if left out
   * @typeParam Options - the type of the options
   * @param options - where modules are, and what makes an isolate ready
   * @returns the template
   * @throws TemplateError if `prepare` fails
   * @throws ArgumentError, OptionError, AbortError, SandboxShutdownError, LimitError, EngineError
   * @example
   * ```ts
   * using template = await sandbox.template({
   *   modules: { "./main.ts": source },
   *   prepare: (isolate) => isolate.import("./main.ts"),
   * });
   * const worker = await template.createIsolate();
   * ```
   */
  async template<
    P extends Protocol = Protocol,
    Options extends Exactly<Options, TemplateOptions<P>> = TemplateOptions<P>,
  >(options: Options): Promise<IsolateTemplate<P>> {
    this.#core.assertOpen("template()");
    const { makeTemplate, resolveTemplateOptions } = templates();
    const settings = resolveTemplateOptions(options as TemplateOptions<Untyped>);
    const owner = {
      sandbox: this,
      templates: this.#core.templates,
      make: (its: CreateIsolateOptions, shared: SharedModules) => this.#make(its, shared),
      hasGroups: this.#limits.isolation === "process",
    };
    return makeTemplate(owner, settings) as Promise<IsolateTemplate<P>>;
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
    return this.#core.openCount;
  }

  /**
   * @returns the living isolates, in the order they were created
   * @example
   * ```ts
   * for (const isolate of sandbox.isolates()) console.log(isolate.name, isolate.stats().cpuMs);
   * ```
   */
  isolates(): Isolate[] {
    return this.#core.living();
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
    return this.#core.stats();
  }

  /**
   * What the sandbox has used and done from its start on, for whoever watches it over time: counters, ends by their reasons,
   * and how CPU time, memory, elapsed time and waiting are spread. `network-runtime/prometheus` has it for Prometheus.
   *
   * @param options - whether each isolate is told of, too
   * @returns plain data, in the units of its names
   * @throws ArgumentError, OptionError
   * @example
   * ```ts
   * const { created, ended, wallMs } = sandbox.metrics();
   * console.log(`${created} isolates, ${ended.cpu_limit_exceeded} too slow, ${wallMs.sum / wallMs.count} ms a call`);
   * ```
   */
  metrics(options: MetricsOptions = {}): SandboxMetrics {
    checkOptionNames(options as unknown, ["isolates"], "metrics()");
    checkBoolean("isolates", options.isolates, "metrics()");
    return this.#core.metrics(options.isolates ?? false);
  }

  /**
   * Serves a page that shows the sandbox's isolates and what they use, over time: on this machine's own address, to whoever
   * has the page's. It looks once a second, and keeps the last quarter of an hour. It ends with the sandbox, and keeps no
   * process alive.
   *
   * @param options - where it listens, and whether the page may end isolates
   * @returns the page's `url`, and `close()`
   * @throws ListenError if the port is taken; SandboxShutdownError, ArgumentError, OptionError
   * @example
   * ```ts
   * const { url } = await sandbox.dashboard({ port: 8090 });
   * console.log(url);
   * ```
   */
  async dashboard(options: DashboardOptions = {}): Promise<Listening> {
    this.#core.assertOpen("dashboard()");
    return dashboards().startDashboard(this.#core, options);
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
    checkNoOptions(arguments[2], "onSystem()");
    this.#core.degradedHandlers.add(handler);
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
    checkNoOptions(arguments[2], "offSystem()");
    this.#core.degradedHandlers.delete(handler);
    return this;
  }

  /**
   * Lets Chrome's DevTools and other clients of its protocol debug the isolates: breakpoints, steps, the console, CPU profiles,
   * heap snapshots, coverage. It listens on this machine only, for programs that know the token in its URL; no guest sees it.
   * A guest that is paused uses up no limit of time and holds up no other. It does not keep the process alive, and ends
   * with the sandbox.
   *
   * Whoever connects can run code in every isolate of the sandbox, and so do whatever the guests may do.
   *
   * @typeParam Options - the type of the options
   * @param options - where it listens, and whether isolates wait for a front end
   * @returns where it listens, and how to stop it
   * @throws ArgumentError, OptionError if an option is unknown or out of its range
   * @throws ListenError if the port is taken, or not this user's to have
   * @throws SandboxShutdownError
   * @example
   * ```ts
   * const { url, close } = await sandbox.inspect({ port: 0 });
   * console.log(`${url}/json/list`); // the isolates, each with its WebSocket's address
   * ```
   */
  async inspect<Options extends Exactly<Options, InspectOptions> = InspectOptions>(
    options = {} as Options,
  ): Promise<InspectorServer> {
    this.#core.assertOpen("inspect()");
    const settings = resolveInspectOptions(options);
    const { listen } = await import("../inspect/server.ts");
    return listen(this.#core, settings, this.versions);
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
    this.#core.referenced = true;
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
    this.#core.referenced = false;
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
    this.#core.shutdown();
  }

  /**
   * Shuts down every living sandbox of this thread, also those that code made which a hot reload has replaced since.
   *
   * @example
   * ```ts
   * import.meta.hot?.dispose(V8Sandbox.shutdownAll);
   * ```
   */
  static shutdownAll(this: void): void {
    for (const sandbox of [...living]) sandbox.shutdown();
  }

  /** As {@link V8Sandbox.shutdown}, for `using`. */
  [Symbol.dispose](): void {
    this.shutdown();
  }

  /** Shuts down and waits until the isolates' `destroyed` events have been handled, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.shutdown();
    await this.#core.finished.promise;
  }
}

/** A sandbox that nobody can reach any more ends, as soon as nothing of it is of use to anybody. */
const dropped = new FinalizationRegistry<SandboxCore<Isolate>>((core) => core.drop());

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
