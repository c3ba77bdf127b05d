/** Runs the contenders' processes, in turn, and gathers what they measured. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Line, Placement, Values } from "./lines/line.ts";
import type { Contender } from "./peers/registry.ts";
import { median } from "./statistics.ts";

/** What one contender came to on one line in one placement: values, or why there are none. */
export type Outcome =
  | { readonly values: Values; readonly version: string; readonly rounds: readonly Values[] }
  | { readonly missing: string };

/** A line in one placement, with everybody's outcome by the contender's name. */
export interface Row {
  readonly line: Line;
  readonly placement: Placement;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** How long one process may take, in milliseconds. */
const TIMEOUT_MS = 60_000;

const running = new Set<ChildProcess>();

/** Ends the contenders' processes: in sessions of their own they do not hear the terminal. */
export function stop(): void {
  for (const child of running) child.kill("SIGKILL");
}

/**
 * Measures a line in a placement. The contenders take turns, so that whatever else the machine does hits all alike.
 * @param unavailable - why a contender cannot be measured at all, by name
 */
export async function measureRow(
  line: Line,
  placement: Placement,
  contenders: readonly Contender[],
  quick: boolean,
  unavailable: Readonly<Record<string, string>>,
): Promise<Row> {
  const outcomes: Record<string, Outcome> = {};
  const measured = contenders.filter((contender) => {
    const missing = reasonToSkip(line, placement, contender, quick, unavailable);
    if (missing !== undefined) outcomes[contender.name] = { missing };
    return missing === undefined;
  });
  const results = new Map<string, { version: string; rounds: Values[] }>();
  const rounds = quick ? line.rounds.quick : line.rounds.full;
  for (let round = 0; round < rounds; round++) {
    for (const contender of measured) {
      if (outcomes[contender.name] || (round > 0 && line.once?.includes(contender.name))) continue;
      const result = await measureOnce(line, placement, contender, quick);
      if ("error" in result) {
        outcomes[contender.name] = { missing: result.error };
        continue;
      }
      const known = results.get(contender.name) ?? { version: result.version, rounds: [] };
      known.rounds.push(result.values);
      results.set(contender.name, known);
    }
  }
  for (const [name, { version, rounds }] of results) {
    outcomes[name] ??= { values: summarize(line, rounds), version, rounds };
  }
  return { line, placement, outcomes };
}

/** The processors this process may use, two at most. */
export function processors(): number[] {
  const status = readFileSync("/proc/self/status", "utf8");
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? "0";
  const all = list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return all.slice(0, 2);
}

function reasonToSkip(
  line: Line,
  placement: Placement,
  contender: Contender,
  quick: boolean,
  unavailable: Readonly<Record<string, string>>,
): string | undefined {
  if (unavailable[contender.name] !== undefined) return unavailable[contender.name];
  if (line.without?.[contender.name] !== undefined) return line.without[contender.name];
  if (quick && line.slow?.includes(contender.name)) return "not in a quick run";
  if (placement === "two" && processors().length < 2) return "needs two processors";
  return contender.command() ? undefined : "not installed";
}

type Result = { version: string; values: Values } | { error: string };

function measureOnce(line: Line, placement: Placement, contender: Contender, quick: boolean): Promise<Result> {
  const cpus = processors();
  const command = [...(contender.command() ?? []), line.name, placement, quick ? "quick" : "full"];
  if (placement === "one") command.unshift("taskset", "-c", String(cpus[0]));
  const [program, ...args] = command as [string, ...string[]];
  return new Promise((resolve) => {
    const env = { ...process.env, BENCH_CPUS: cpus.join(","), NO_COLOR: "1" };
    // A session of its own: what Linux schedules against the rest of the machine.
    const child = spawn(program, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (errors += String(chunk)));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      resolve({ error: "never ended" });
    }, TIMEOUT_MS);
    child.on("error", (error) => resolve({ error: error.message }));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      running.delete(child);
      const last = output.trimEnd().split("\n").at(-1) ?? "";
      try {
        resolve(JSON.parse(last) as Result);
      } catch {
        const said = errors.split("\n").find((text) => /error|panic|fatal/i.test(text)) ?? "";
        resolve({ error: `died (${signal ?? code}) ${said}`.trim() });
      }
    });
  });
}

function summarize(line: Line, rounds: readonly Values[]): Values {
  return Object.fromEntries(
    line.metrics.flatMap(({ key, better }) => {
      const samples = rounds.flatMap((values) => values[key] ?? []);
      if (samples.length === 0) return [];
      if (line.counts !== "best") return [[key, median(samples)]];
      return [[key, better === "lower" ? Math.min(...samples) : Math.max(...samples)]];
    }),
  );
}
