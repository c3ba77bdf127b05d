/** What Prometheus is told: names, in its base units, and how each comes of a sandbox's metrics. */
import type { MetricsHistogram, SandboxMetrics } from "../contract/metrics.ts";

/** One value with its labels, but for the sandbox's. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Of histograms: what is behind the family's name. */
  readonly suffix?: "_bucket" | "_sum" | "_count";
}

/** Metrics of one name. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** Names of the labels besides `sandbox`. */
  readonly labelNames: readonly string[];
  readonly read: (metrics: SandboxMetrics) => Sample[];
}

const SECONDS = 1 / 1000;

function one(value: number): Sample[] {
  return [{ labels: {}, value }];
}

function by(label: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }));
}

function simple(
  type: "counter" | "gauge",
  name: string,
  help: string,
  value: (metrics: SandboxMetrics) => number,
): Family {
  return { name, help, type, labelNames: [], read: (metrics) => one(value(metrics)) };
}

function labelled(
  type: "counter" | "gauge",
  label: string,
  name: string,
  help: string,
  values: (metrics: SandboxMetrics) => Readonly<Record<string, number>>,
): Family {
  return { name, help, type, labelNames: [label], read: (metrics) => by(label, values(metrics)) };
}

/** Prometheus counts each range with all below it. */
function histogram(
  name: string,
  help: string,
  unit: number,
  read: (metrics: SandboxMetrics) => MetricsHistogram,
): Family {
  const samples = ({ bounds, counts, count, sum }: MetricsHistogram): Sample[] => {
    let below = 0;
    const buckets = counts.map((inside, index): Sample => {
      const bound = bounds[index];
      // Not 0.30000000000000004.
      const le = bound === undefined ? "+Inf" : String(Number((bound * unit).toPrecision(12)));
      return { suffix: "_bucket", labels: { le }, value: (below += inside) };
    });
    const ends: Sample[] = [
      { suffix: "_sum", labels: {}, value: sum * unit },
      { suffix: "_count", labels: {}, value: count },
    ];
    return [...buckets, ...ends];
  };
  return { name, help, type: "histogram", labelNames: ["le"], read: (metrics) => samples(read(metrics)) };
}

function statesOf({ isolates = [] }: SandboxMetrics): Record<string, number> {
  const states: Record<string, number> = { starting: 0, busy: 0, idle: 0, ending: 0 };
  for (const { state } of isolates) states[state]!++;
  return states;
}

function total(
  { isolates = [] }: SandboxMetrics,
  of: (isolate: NonNullable<SandboxMetrics["isolates"]>[number]) => number,
): number {
  return isolates.reduce((sum, isolate) => sum + of(isolate), 0);
}

/** All there are, without their prefix. */
export const families: readonly Family[] = [
  labelled("gauge", "state", "isolates", "Isolates, by what they are at.", statesOf),
  simple("counter", "isolates_created_total", "Isolates that were asked for.", ({ created }) => created),
  labelled("counter", "reason", "isolates_ended_total", "Isolates that ended, by why.", ({ ended }) => ended),
  simple("gauge", "isolates_running", "Isolates running JavaScript.", ({ stats }) => stats.running),
  simple("gauge", "isolates_queued", "Isolates waiting for a thread.", ({ stats }) => stats.queued),
  simple("gauge", "threads", "Threads of the sandbox.", ({ stats }) => stats.threads),
  simple("counter", "cpu_seconds_total", "CPU time of all isolates.", ({ stats }) => stats.cpuMs * SECONDS),
  simple("counter", "turns_total", "Turns run by all isolates.", ({ stats }) => stats.turns),
  labelled("gauge", "kind", "memory_bytes", "Memory of the living isolates, by what it is for.", (metrics) => ({
    heap: total(metrics, ({ heapTotalBytes }) => heapTotalBytes),
    external: total(metrics, ({ externalBytes }) => externalBytes),
    malloc: total(metrics, ({ mallocBytes }) => mallocBytes),
  })),
  labelled("gauge", "queue", "queued_bytes", "What waits between hosts and guests, by where.", (metrics) => ({
    mailbox: total(metrics, ({ mailboxBytes }) => mailboxBytes),
    outbound: metrics.stats.outboundBytes,
    host: total(metrics, ({ hostBytes }) => hostBytes),
  })),
  simple("counter", "contained_total", "Fatal errors of V8 that ended an isolate.", ({ stats }) => stats.contained),
  simple("counter", "abandoned_total", "Turns that did not stop when told to.", ({ stats }) => stats.abandoned),
  simple("gauge", "leaked_bytes", "Memory that could not be freed.", ({ stats }) => stats.leakedBytes),
  simple("gauge", "processes", "Child processes.", ({ stats }) => stats.processes?.living ?? 0),
  simple(
    "counter",
    "processes_started_total",
    "Child processes started.",
    ({ stats }) => stats.processes?.started ?? 0,
  ),
  simple(
    "counter",
    "processes_crashed_total",
    "Child processes that crashed.",
    ({ stats }) => stats.processes?.crashed ?? 0,
  ),
  histogram("isolate_cpu_seconds", "CPU time of isolates that ended.", SECONDS, ({ cpuMs }) => cpuMs),
  histogram(
    "isolate_memory_peak_bytes",
    "Most memory of isolates that ended.",
    1,
    (metrics) => metrics.memoryPeakBytes,
  ),
  histogram("call_duration_seconds", "Elapsed time of the host's calls.", SECONDS, ({ wallMs }) => wallMs),
  histogram("queue_wait_seconds", "Waiting for an isolate of a pool.", SECONDS, ({ queueWaitMs }) => queueWaitMs),
];
