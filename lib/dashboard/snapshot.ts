/** What the page gets, once a second. */
import type { IsolateState } from "../contract/metrics.ts";

/** One isolate. */
export interface Row {
  readonly id: number;
  readonly name: string;
  readonly state: IsolateState;
  /** Processors it used in the last second. */
  readonly cpu: number;
  /** In milliseconds. */
  readonly cpuMs: number;
  /** In bytes: heap, ArrayBuffers, WebAssembly and what V8 takes. */
  readonly memory: number;
  /** What it may hold, in bytes; 0: unlimited. */
  readonly memoryMax: number;
  /** Bytes that wait for it, and bytes of its that wait for the host. */
  readonly mailbox: number;
  readonly outbound: number;
  /** Calls of the host's, and requests of its own, that are not answered. */
  readonly calls: number;
  readonly requests: number;
  /** In milliseconds. */
  readonly age: number;
}

/** One isolate's end. */
export interface EndRow {
  /** In milliseconds since 1970. */
  readonly time: number;
  readonly id: number;
  readonly name: string;
  readonly reason: string;
  readonly cpuMs: number;
  readonly memoryPeak: number;
}

/** Curves: lists of the same length, the latest last. */
export interface Series {
  /** In seconds since 1970. */
  readonly time: number[];
  /** Processors. */
  readonly cpu: number[];
  /** MiB. */
  readonly memory: number[];
  readonly isolates: number[];
  readonly queued: number[];
  /** Isolates that ended in that second: of their own or their host's accord, and by a limit or a failure. */
  readonly ended: number[];
  readonly failed: number[];
}

/** All of it. */
export interface Snapshot {
  readonly title: string;
  /** Whether the page may destroy isolates. */
  readonly kill: boolean;
  readonly threads: number;
  readonly uptimeMs: number;
  readonly running: number;
  readonly queued: number;
  readonly created: number;
  readonly cpuMs: number;
  readonly leakedBytes: number;
  /** By reason, those that have happened. */
  readonly ended: Readonly<Record<string, number>>;
  readonly series: Series;
  /** The latest first. */
  readonly ends: readonly EndRow[];
  readonly isolates: readonly Row[];
  /** Isolates that are not among these, because there are too many. */
  readonly more: number;
}
