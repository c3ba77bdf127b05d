/** What a line of the benchmark is: how it is measured, shown and judged. */
import type { Peer } from "../peers/peer.ts";

/** Where the two threads run: on one processor, each on its own, or wherever the scheduler puts them. */
export type Placement = "one" | "two" | "free";

/** Circumstances of one measurement, in the contender's process. */
export interface Run {
  readonly quick: boolean;
  /** A duration in milliseconds, shortened for quick runs. */
  ms(full: number): number;
  /** Forces the placement. Called when the threads exist and have worked a little; again, as some make more later. */
  place(): void;
}

/** One number a line yields. */
export interface Metric {
  /** Its name in the measured values. */
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
}

/** Measured values by metric key. */
export type Values = Readonly<Record<string, number>>;

/** What a metric is to be, in this run. */
export interface Goal {
  readonly text: string;
  /** The worst value that meets it. */
  readonly bound: number;
}

/** What a goal may depend on. */
export interface GoalInput {
  readonly placement: Placement;
  /** A contender's value of this metric, or of another. */
  value(contender: string, key?: string): number | undefined;
}

/** Something that is measured. */
export interface Line {
  /** Its name on the command line. */
  readonly name: string;
  readonly title: string;
  readonly placements: readonly Placement[];
  /** How often each contender is measured, in turn with the others. */
  readonly rounds: { readonly full: number; readonly quick: number };
  /** Which round counts; the median if left out. The best suits work that only ever gets slower by disturbance. */
  readonly counts?: "median" | "best";
  readonly metrics: readonly Metric[];
  /** Peers that are not measured, and why. */
  readonly without?: Readonly<Record<string, string>>;
  /** Peers that take too long for a quick run. */
  readonly slow?: readonly string[];
  /** Peers whose one measurement has to do. */
  readonly once?: readonly string[];
  /** @returns the goal of a metric, or undefined if it has none or what it refers to was not measured */
  goal(metric: Metric, input: GoalInput): Goal | undefined;
  /** Runs in the contender's process. */
  measure(peer: Peer, run: Run): Promise<Values>;
}

/** No worse than a contender's value times a factor (below 1: that much better, where lower is better). */
export function relativeTo(input: GoalInput, contender: string, title: string, factor = 1): Goal | undefined {
  const value = input.value(contender);
  if (value === undefined) return undefined;
  return { text: factor === 1 ? title : `${title} × ${factor}`, bound: value * factor };
}

/** As good as the best of several contenders. */
export function bestOf(
  metric: Metric,
  input: GoalInput,
  contenders: Readonly<Record<string, string>>,
): Goal | undefined {
  const goals = Object.entries(contenders).flatMap(([name, title]) => relativeTo(input, name, title) ?? []);
  const sorted = goals.sort((a, b) => (metric.better === "lower" ? a.bound - b.bound : b.bound - a.bound));
  return sorted[0];
}

/** The contenders that cross a thread, as goals name them. */
export const threaded: Readonly<Record<string, string>> = {
  "bun-worker": "Bun Worker",
  "isolated-vm": "isolated-vm",
  node: "Node worker",
  deno: "Deno Worker",
};
