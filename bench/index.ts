/**
 * `bun run bench`: the library and its peers side by side, measured in one run, each in its own process. Reports, and
 * never fails because something is slow.
 *
 * Placement. Whether two threads share a processor decides how long a round trip takes, and the scheduler changes its
 * mind. So it is forced, for everybody alike: "one core" runs the contender's process under `taskset -c A`; for "two
 * cores" the process, once its threads are at work, pins all of them to B and then its first thread, which runs the
 * host's JavaScript, to A.
 *
 * Other work on the machine disturbs. Contenders take turns and medians of several rounds count, so that it hits all alike;
 * as root each contender's session is scheduled ahead of all others.
 */
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import type { Options } from "./options.ts";
import { parseOptions, usage, UsageError } from "./options.ts";
import { installPackages } from "./peers/packages.ts";
import type { Contender } from "./peers/registry.ts";
import { ours } from "./peers/registry.ts";
import type { Row } from "./runner.ts";
import { measureRow, stop } from "./runner.ts";
import { judge, notes, tableOf, toMarkdown, toText } from "./table.ts";

async function main(): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const contenders = [...(options.ours ? [ours] : []), ...options.peers];
  const unavailable = await install(contenders);
  const started = performance.now();
  const load = loadavg()[0] ?? 0;
  const rows: Row[] = [];
  for (const line of options.lines) {
    for (const placement of line.placements) {
      progress(`${line.title}${placement === "free" ? "" : `, ${placement} core${placement === "one" ? "" : "s"}`}`);
      rows.push(await measureRow(line, placement, contenders, options.quick, unavailable));
    }
  }
  progress("");
  const seconds = (performance.now() - started) / 1000;
  print(rows, contenders, options, seconds, load);
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify(toJson(rows, options, seconds, load), null, 2)}\n`);
  }
  return 0;
}

/** @returns why contenders cannot be measured, by name */
async function install(contenders: readonly Contender[]): Promise<Record<string, string>> {
  const packaged = contenders.filter((contender) => contender.packaged);
  if (packaged.length === 0) return {};
  const problem = await installPackages(() => progress("installing the peers"));
  progress("");
  if (problem === undefined) return {};
  process.stderr.write(`${problem}\n`);
  return Object.fromEntries(packaged.map(({ name }) => [name, "not installed"]));
}

function print(
  rows: readonly Row[],
  contenders: readonly Contender[],
  { markdown }: Options,
  seconds: number,
  load: number,
): void {
  const table = tableOf(rows, contenders);
  const versions = contenders.flatMap(({ name }) => {
    const outcome = rows.map(({ outcomes }) => outcomes[name]).find((one) => one && "values" in one);
    return outcome && "version" in outcome ? [outcome.version] : [];
  });
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, load ${load.toFixed(1)} before`;
  const legend =
    "Medians of the rounds; compute: the best. In brackets: how many times better network-runtime is than the peer (below 1: worse).";
  const comments = [versions.join("; "), `${machine}; ${seconds.toFixed(0)} s`, legend, ...notes(rows, contenders)];
  if (markdown) process.stdout.write(`${toMarkdown(table)}\n\n${comments.map((text) => `- ${text}`).join("\n")}\n`);
  else process.stdout.write(`${toText(table)}\n\n${comments.join("\n")}\n`);
}

/** Everything that was measured, each round by itself, too. */
function toJson(rows: readonly Row[], { quick }: Options, seconds: number, load: number): object {
  return {
    quick,
    seconds,
    machine: { processors: cpus().length, model: cpus()[0]?.model, load },
    rows: rows.map((row) => ({
      line: row.line.name,
      placement: row.placement,
      metrics: row.line.metrics,
      outcomes: row.outcomes,
      verdicts: Object.fromEntries(
        row.line.metrics.flatMap((metric) => {
          const verdict = judge(row, metric);
          return verdict ? [[metric.key, verdict]] : [];
        }),
      ),
    })),
  };
}

/** One line that is overwritten, on terminals only; elsewhere one line per step. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (text !== "") process.stderr.write(`${text}\n`);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    stop();
    process.exit(1);
  });
}
process.exitCode = await main();
