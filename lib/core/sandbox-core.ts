/** What a V8Sandbox does behind its public face: its isolates, its end, and whether it keeps the process alive. */
import type { Encoding } from "../codec/index.ts";
import { CrashLoopError, EngineError, LimitError, SandboxShutdownError } from "../contract/errors.ts";
import type { IsolateLimits, IsolationLayer, SandboxLimits } from "../contract/options.ts";
import type { SandboxMetrics } from "../contract/metrics.ts";
import type { ProcessStats, SandboxStats } from "../contract/stats.ts";
import type { Engine, EngineSandbox } from "../engine/engine.ts";
import { RecordType, SandboxStat, Status } from "../engine/engine.ts";
import { IsolateCore } from "./isolate-core.ts";
import type { IsolateOwner } from "./isolate-core.ts";
import { living, origin } from "./living.ts";
import type { Living } from "./living.ts";
import type { SharedModules } from "./shared-modules.ts";
import { toSandboxStats } from "./stats.ts";
import { Templates } from "./templates.ts";
import { Tally } from "./tally.ts";
import { throwLater } from "./throw-later.ts";
import { TrustGroups } from "./trust-groups.ts";

/**
 * One sandbox's state.
 * @typeParam Isolate - its isolates' public face
 */
export class SandboxCore<Isolate extends object> implements Living {
  readonly origin = origin;
  readonly kept: boolean;
  /** Resolves when the last events have been handled. */
  readonly finished = Promise.withResolvers<void>();
  readonly tally = new Tally();
  readonly degradedHandlers = new Set<(stats: SandboxStats) => void>();
  /** Are told of each isolate before it has any work. */
  readonly watchers = new Set<(core: IsolateCore<Isolate>) => void>();
  readonly #toIsolate: (core: IsolateCore) => Isolate;
  readonly #connection: EngineSandbox;
  readonly #owner: IsolateOwner;
  /** By id, until their last event has been handled. */
  readonly #isolates = new Map<number, IsolateCore<Isolate>>();
  readonly #threads: number;
  #nextId = 0;
  #openCount = 0;
  /** Isolates that keep the process alive. */
  #referencedCount = 0;
  #referenced = true;
  #dropped = false;
  #shutDown = false;
  #lastCounters: Float64Array | undefined;
  #lastProcesses: ProcessStats | undefined;
  readonly #groups = new TrustGroups();
  readonly templates: Templates;

  /** @param toIsolate - makes an isolate's public face */
  constructor(engine: Engine, limits: SandboxLimits, toIsolate: (core: IsolateCore) => Isolate) {
    this.#toIsolate = toIsolate;
    this.kept = limits.hot === "keep";
    this.#threads = limits.threads;
    this.#owner = {
      tally: this.tally,
      isolateClosed: () => void this.#openCount--,
      isolateEnded: (core) => {
        this.#isolates.delete(core.id);
        const { id, name, closedBecause: reason = "destroyed" } = core;
        this.tally.end({ id, name, reason, ...core.used });
        this.#groups.leave(core.trustGroup);
        if (core.referenced) this.#countReferences(-1);
        if (this.#dropped) this.#endIfUnused();
      },
      referenceChanged: (referenced) => this.#countReferences(referenced ? 1 : -1),
    };
    this.#connection = engine.createSandbox(limits, {
      record: (type, encoding, isolateId, requestId, bytes, start, end, deadline) => {
        if (type !== RecordType.Degraded) {
          const isolate = this.#isolates.get(isolateId);
          return isolate?.record(type, encoding as Encoding, requestId, bytes, start, end, deadline) ?? true;
        }
        this.#tellDegraded();
        return true;
      },
    });
    this.templates = new Templates(this.#connection, limits.templateBytesMax);
    living.add(this);
  }

  /** The layers of its child processes' confinement; undefined: it has none. */
  get layers(): readonly IsolationLayer[] | undefined {
    return this.#connection.layers;
  }

  /** Isolates that were made and not destroyed. */
  get openCount(): number {
    return this.#openCount;
  }

  /** Isolates that work, in the order they were asked for. */
  living(): Isolate[] {
    return [...this.#isolates.values()].filter((core) => core.works).map((core) => core.isolate);
  }

  /** What is behind them. */
  livingCores(): IsolateCore<Isolate>[] {
    return [...this.#isolates.values()].filter((core) => core.works);
  }

  /** The one of this number; undefined: it does not work. */
  livingCore(id: number): IsolateCore<Isolate> | undefined {
    const core = this.#isolates.get(id);
    return core?.works ? core : undefined;
  }

  assertOpen(doing: string): void {
    if (this.#shutDown) throw new SandboxShutdownError(doing);
  }

  /**
   * @param shared - modules that it has of a template
   * @returns an isolate that is not ready yet
   */
  createIsolate(
    limits: IsolateLimits,
    name: string | undefined,
    data: unknown,
    trustGroup: string | undefined,
    shared?: SharedModules,
  ): IsolateCore<Isolate> {
    const group = this.#groups.enter(trustGroup);
    const handle = this.#connection.createIsolate(this.#nextId, limits, group, shared?.handle ?? 0);
    if (handle < 0) this.#groups.leave(trustGroup);
    if (handle === Status.Limit) {
      throw new LimitError(`createIsolate(): there are ${this.#isolates.size} isolates, no more are possible.`);
    }
    if (handle === Status.CrashLoop) throw new CrashLoopError(trustGroup, this.#connection.retryAfterMs ?? 0);
    if (handle === Status.NoDescriptor) {
      throw new LimitError(
        "createIsolate(): the process may open no more file descriptors. Close some, or raise the limit (ulimit -n).",
      );
    }
    if (handle === Status.NoThread) {
      throw new LimitError(
        "createIsolate(): the system gives the process no thread. End threads, or raise the limit on them " +
          "(ulimit -u, or pids.max of the container).",
      );
    }
    if (handle === Status.NoMemory) throw new LimitError("createIsolate(): the system gave the process no memory.");
    if (handle < 0) throw new EngineError(`createIsolate(): the engine made no isolate (status ${handle}).`);
    const core = new IsolateCore(
      this.#owner,
      this.#connection,
      handle,
      { id: this.#nextId, name, data, trustGroup, shared },
      limits,
      this.#toIsolate,
    );
    this.#nextId++;
    this.tally.created++;
    this.#openCount++;
    this.#isolates.set(core.id, core);
    this.#countReferences(1);
    for (const watcher of this.watchers) watcher(core);
    return core;
  }

  stats(): SandboxStats {
    if (!this.#shutDown) this.#sample();
    const counters = this.#lastCounters ?? new Float64Array(SandboxStat.Count);
    const stats = toSandboxStats(counters, this.templates.bytes);
    return this.#lastProcesses ? { ...stats, processes: this.#lastProcesses } : stats;
  }

  /** @param withIsolates - whether each is told of */
  metrics(withIsolates: boolean): SandboxMetrics {
    const { created, ended, cpuMs, memoryPeakBytes, wallMs, queueWaitMs, madeAt } = this.tally;
    return {
      time: Date.now(),
      uptimeMs: performance.now() - madeAt,
      threadsMax: this.#threads,
      stats: this.stats(),
      ...{ created, ended },
      cpuMs: cpuMs.read(),
      memoryPeakBytes: memoryPeakBytes.read(),
      wallMs: wallMs.read(),
      queueWaitMs: queueWaitMs.read(),
      ...(withIsolates && { isolates: [...this.#isolates.values()].map((core) => core.metrics()) }),
    };
  }

  /** @returns whether there was such an isolate */
  destroyIsolate(id: number): boolean {
    const core = this.#isolates.get(id);
    if (!core?.works) return false;
    core.destroy();
    return true;
  }

  set referenced(referenced: boolean) {
    this.#referenced = referenced;
    this.#updateReference();
  }

  /**
   * Nobody has the public face any more: no isolate will be made. What lives goes on while somebody has it, hears of it or
   * waits for it; then the sandbox ends.
   */
  drop(): void {
    this.#dropped = true;
    for (const core of [...this.#isolates.values()]) core.sandboxDropped();
    this.#endIfUnused();
  }

  shutdown(): void {
    if (this.#shutDown) return;
    this.#sample();
    this.#shutDown = true;
    this.templates.close();
    living.delete(this);
    for (const core of [...this.#isolates.values()]) core.shutdown();
    this.#connection.shutdown(() => {
      for (const core of [...this.#isolates.values()]) core.finish();
      this.finished.resolve();
    });
  }

  #endIfUnused(): void {
    if (this.#isolates.size === 0) this.shutdown();
  }

  #tellDegraded(): void {
    const stats = this.stats();
    for (const handler of [...this.degradedHandlers]) {
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
    this.#lastProcesses = this.#connection.processes?.();
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
