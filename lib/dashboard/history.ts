/** What a dashboard knows: the last quarter of an hour, and the last ends. */
import type { Ended } from "../contract/dashboard.ts";
import type { IsolateMetrics, SandboxMetrics } from "../contract/metrics.ts";
import type { EndRow, Row, Series, Snapshot } from "./snapshot.ts";

/** Looks that are kept: one a second. */
const POINTS_MAX = 900;
const ENDS_MAX = 100;
/** Isolates that are told of; beyond it those that use the most. */
const ROWS_MAX = 5000;
const NAME_MAX = 80;
const MIB = 1024 * 1024;

/** Ends that are nobody's failure. */
const ORDINARY = new Set<string>(["destroyed", "shutdown"]);

/** Bounded, however long it goes on. */
export class History {
  readonly #title: string;
  readonly #kill: boolean;
  readonly #series: Series = { time: [], cpu: [], memory: [], isolates: [], queued: [], ended: [], failed: [] };
  readonly #ends: EndRow[] = [];
  #cpuBefore = new Map<number, number>();
  #last: { readonly time: number; readonly cpuMs: number; readonly ended: number; readonly failed: number } | undefined;

  constructor(title: string, kill: boolean) {
    this.#title = title;
    this.#kill = kill;
  }

  end({ id, name = "", reason, cpuMs, memoryPeakBytes }: Ended): void {
    this.#ends.unshift({ time: Date.now(), id, name: cut(name), reason, cpuMs, memoryPeak: memoryPeakBytes });
    if (this.#ends.length > ENDS_MAX) this.#ends.pop();
  }

  /** A second has passed. @returns what the page gets */
  look(metrics: SandboxMetrics): Snapshot {
    const { stats, isolates = [] } = metrics;
    const elapsedMs = this.#last ? Math.max(1, metrics.time - this.#last.time) : Infinity;
    const rows = isolates.map((isolate) => this.#row(isolate, elapsedMs));
    this.#cpuBefore = new Map(isolates.map(({ id, cpuMs }) => [id, cpuMs]));
    this.#note(metrics, rows, elapsedMs);
    if (rows.length > ROWS_MAX) rows.sort((a, b) => b.cpu - a.cpu || b.memory - a.memory);
    return {
      ...{ title: this.#title, kill: this.#kill, threads: metrics.threadsMax, uptimeMs: metrics.uptimeMs },
      ...{ running: stats.running, queued: stats.queued, created: metrics.created, cpuMs: stats.cpuMs },
      leakedBytes: stats.leakedBytes,
      ended: Object.fromEntries(Object.entries(metrics.ended).filter(([, count]) => count > 0)),
      ...{ series: this.#series, ends: this.#ends, isolates: rows.slice(0, ROWS_MAX) },
      more: Math.max(0, rows.length - ROWS_MAX),
    };
  }

  #row(isolate: IsolateMetrics, elapsedMs: number): Row {
    const { id, name = "", state, cpuMs, ageMs } = isolate;
    const before = this.#cpuBefore.get(id);
    return {
      ...{ id, name: cut(name), state, cpuMs: round(cpuMs), age: Math.round(ageMs) },
      // One that is new has used all of it since.
      cpu: round((cpuMs - (before ?? 0)) / Math.min(elapsedMs, before === undefined ? Math.max(1, ageMs) : elapsedMs)),
      memory: isolate.heapTotalBytes + isolate.externalBytes + isolate.mallocBytes,
      memoryMax: isolate.memoryMaxBytes,
      ...{ mailbox: isolate.mailboxBytes, outbound: isolate.outboundBytes },
      ...{ calls: isolate.callsPending, requests: isolate.requestsPending },
    };
  }

  #note({ time, stats, ended: byReason }: SandboxMetrics, rows: readonly Row[], elapsedMs: number): void {
    let [ended, failed] = [0, 0];
    for (const [reason, count] of Object.entries(byReason)) {
      if (ORDINARY.has(reason)) ended += count;
      else failed += count;
    }
    const last = this.#last ?? { cpuMs: stats.cpuMs, ended, failed };
    const point: Record<keyof Series, number> = {
      time: time / 1000,
      cpu: round((stats.cpuMs - last.cpuMs) / elapsedMs),
      memory: round(rows.reduce((sum, { memory }) => sum + memory, 0) / MIB),
      isolates: rows.length,
      queued: stats.queued,
      ended: ended - last.ended,
      failed: failed - last.failed,
    };
    for (const name of Object.keys(point) as (keyof Series)[]) {
      const curve = this.#series[name];
      curve.push(point[name]);
      if (curve.length > POINTS_MAX) curve.shift();
    }
    this.#last = { time, cpuMs: stats.cpuMs, ended, failed };
  }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function cut(name: string): string {
  return name.length > NAME_MAX ? `${name.slice(0, NAME_MAX - 1)}…` : name;
}
