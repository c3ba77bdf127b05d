/** What is counted of a sandbox's isolates and calls, from its start on. */
import type { EndReason } from "../contract/errors.ts";
import type { Ended } from "../contract/dashboard.ts";
import type { MetricsHistogram } from "../contract/metrics.ts";
import { endReasons } from "../contract/metrics.ts";

const MIB = 1024 * 1024;

/** Milliseconds: from what a short call takes to what nobody waits for. */
const TIMES = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000];
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096].map((mib) => mib * MIB);

/** Counts values by their size. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  add(value: number): void {
    let index = 0;
    while (index < this.#bounds.length && value > this.#bounds[index]!) index++;
    this.#counts[index]!++;
    this.#count++;
    this.#sum += value;
  }

  read(): MetricsHistogram {
    return { bounds: [...this.#bounds], counts: [...this.#counts], count: this.#count, sum: this.#sum };
  }
}

/** One sandbox's. */
export class Tally {
  readonly madeAt = performance.now();
  readonly cpuMs = new Histogram(TIMES);
  readonly wallMs = new Histogram(TIMES);
  readonly queueWaitMs = new Histogram(TIMES);
  readonly memoryPeakBytes = new Histogram(SIZES);
  created = 0;
  /** Hear of each end: dashboards. */
  readonly endListeners = new Set<(ended: Ended) => void>();
  readonly #ended = new Map<EndReason, number>(endReasons.map((reason) => [reason, 0]));

  /** An isolate's last event was handled. */
  end(ended: Ended): void {
    const { reason, cpuMs, memoryPeakBytes } = ended;
    this.#ended.set(reason, (this.#ended.get(reason) ?? 0) + 1);
    this.cpuMs.add(cpuMs);
    this.memoryPeakBytes.add(memoryPeakBytes);
    for (const listener of this.endListeners) listener(ended);
  }

  get ended(): Record<EndReason, number> {
    return Object.fromEntries(this.#ended) as Record<EndReason, number>;
  }
}
