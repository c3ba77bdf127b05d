/** What a sandbox tells of itself to whoever watches it over time. */
import type { EndReason } from "./errors.ts";
import type { IsolateStats, SandboxStats } from "./stats.ts";

/** How often values of some size came. */
export interface MetricsHistogram {
  /** Upper bounds of the ranges, ascending; what is above the last is in a range of its own. */
  readonly bounds: readonly number[];
  /** Values of each range, bounds included: one more than there are bounds. */
  readonly counts: readonly number[];
  /** All of them. */
  readonly count: number;
  /** What they come to together. */
  readonly sum: number;
}

/**
 * What an isolate is at: `"starting"` until it can work; `"busy"` while calls wait for it, it waits for answers, or messages
 * wait in its queues; else `"idle"`, be it that timers run; `"ending"` from its end on, until its last event was handled.
 */
export type IsolateState = "starting" | "busy" | "idle" | "ending";

/** One isolate among a sandbox's metrics. */
export interface IsolateMetrics extends IsolateStats {
  /** Its number in its sandbox. */
  readonly id: number;
  /** What it is at. */
  readonly state: IsolateState;
  /** Since it was asked for, in milliseconds. */
  readonly ageMs: number;
  /** What it may hold, in bytes; 0 for unlimited. */
  readonly memoryMaxBytes: number;
}

/** What a sandbox has used and done from its start on, as plain data: `JSON.stringify` keeps all of it. */
export interface SandboxMetrics {
  /** When they were taken, in milliseconds since 1970. */
  readonly time: number;
  /** Since the sandbox was made, in milliseconds. */
  readonly uptimeMs: number;
  /** Isolates that may run JavaScript at a time. */
  readonly threadsMax: number;
  /** As `sandbox.stats()`. */
  readonly stats: SandboxStats;
  /** Isolates that were asked for. */
  readonly created: number;
  /** Isolates whose last event was handled, by why they ended. Every reason is there. */
  readonly ended: Readonly<Record<EndReason, number>>;
  /** CPU time of each isolate that ended, in milliseconds. */
  readonly cpuMs: MetricsHistogram;
  /** The most memory that each isolate that ended had at a time, in bytes. */
  readonly memoryPeakBytes: MetricsHistogram;
  /** Elapsed time of each call of the host that is over (`evaluate`, `request`, `import`, a guest's function), in milliseconds. */
  readonly wallMs: MetricsHistogram;
  /** How long each caller of a pool (`pool.run`, `pool.get`, `run`) waited for its isolate, in milliseconds. */
  readonly queueWaitMs: MetricsHistogram;
  /** Those that are there, if they were asked for, in the order they were asked for. */
  readonly isolates?: readonly IsolateMetrics[];
}

/** What `sandbox.metrics()` shall tell besides. */
export interface MetricsOptions {
  /**
   * Whether each isolate is told of: about a microsecond for each.
   * @defaultValue false
   */
  readonly isolates?: boolean | undefined;
}

/** The reasons there are, in the order in which they are told. */
export const endReasons: readonly EndReason[] = [
  "destroyed",
  "shutdown",
  "cpu_limit_exceeded",
  "wall_limit_exceeded",
  "memory_limit_exceeded",
  "engine_error",
  "creation_failed",
  "system_exhausted",
  "process_crashed",
];
