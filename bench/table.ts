/** Shows rows: one table row per metric, with ratios and verdicts. */
import type { Goal, Metric, Placement } from "./lines/line.ts";
import type { Contender } from "./peers/registry.ts";
import { ours } from "./peers/registry.ts";
import type { Row } from "./runner.ts";

const placements: Readonly<Record<Placement, string>> = { one: "one core", two: "two cores", free: "" };

/** From here to 1 a goal is neither met nor missed: as much differs from run to run. */
const EVEN_MIN = 0.97;

/** A goal, and how the library stands to it. */
export interface Verdict {
  readonly goal: Goal;
  readonly met: boolean;
  /** How many times better than the goal's bound; below 1 it is missed. */
  readonly ratio: number;
}

/** The value of a row's metric. */
export function valueOf(row: Row, contender: string, key: string): number | undefined {
  const outcome = row.outcomes[contender];
  return outcome && "values" in outcome ? outcome.values[key] : undefined;
}

/** @returns undefined if there is no goal, or nothing to judge */
export function judge(row: Row, metric: Metric): Verdict | undefined {
  const goal =
    metric &&
    row.line.goal(metric, {
      placement: row.placement,
      value: (contender, key = metric.key) => valueOf(row, contender, key),
    });
  const value = valueOf(row, ours.name, metric.key);
  if (!goal || value === undefined) return undefined;
  const ratio = better(metric, value, goal.bound);
  return { goal, met: ratio >= 1, ratio };
}

/** One table of all rows: what is measured, the library, each peer with the library's ratio to it, the verdict. */
export function tableOf(rows: readonly Row[], contenders: readonly Contender[]): string[][] {
  const head = ["", "unit", ...contenders.map(({ title }) => title), "goal", "verdict"];
  const body = rows.flatMap((row) => {
    const shown = row.line.metrics.filter(({ key }) =>
      contenders.some(({ name }) => valueOf(row, name, key) !== undefined),
    );
    return (shown.length > 0 ? shown : row.line.metrics.slice(0, 1)).map((metric) => [
      [row.line.title, placements[row.placement], metric.title].filter((part) => part !== "").join(", "),
      metric.unit,
      ...contenders.map(({ name }) => cell(row, name, metric)),
      ...verdictCells(judge(row, metric), metric),
    ]);
  });
  return [head, ...body];
}

/** For terminals. */
export function toText(table: readonly string[][]): string {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((cells) => (cells[column] ?? "").length)));
  return table
    .map((cells) =>
      cells
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** For documents. */
export function toMarkdown(table: readonly string[][]): string {
  const [head = [], ...body] = table;
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}

/** Why contenders are missing, each reason once. */
export function notes(rows: readonly Row[], contenders: readonly Contender[]): string[] {
  const found = new Set<string>();
  for (const { line, outcomes } of rows) {
    for (const { name, title } of contenders) {
      const outcome = outcomes[name];
      if (outcome && "missing" in outcome && outcome.missing !== "") {
        found.add(`${title}, ${line.name}: ${outcome.missing}`);
      }
    }
  }
  return [...found];
}

/** A peer's number, and how many times better the library's is. */
function cell(row: Row, contender: string, metric: Metric): string {
  const value = valueOf(row, contender, metric.key);
  if (value === undefined) return "-";
  const own = valueOf(row, ours.name, metric.key);
  if (contender === ours.name || own === undefined) return format(value);
  return `${format(value)} (${formatRatio(better(metric, own, value))})`;
}

function verdictCells(verdict: Verdict | undefined, metric: Metric): [string, string] {
  if (!verdict) return ["", ""];
  const sign = metric.better === "lower" ? "≤" : "≥";
  const goal = `${sign} ${format(verdict.goal.bound)}: ${verdict.goal.text}`;
  if (verdict.met) return [goal, `met, ${formatRatio(verdict.ratio)}`];
  if (verdict.ratio >= EVEN_MIN) return [goal, `even, ${formatRatio(verdict.ratio)}`];
  return [goal, `MISSED, ${formatRatio(1 / verdict.ratio)} off`];
}

function better(metric: Metric, value: number, other: number): number {
  // Nothing is better than nothing: CPU time may well be 0.
  const [a, b] = metric.better === "lower" ? [other, value] : [value, other];
  return b <= 0 ? Infinity : a / b;
}

function formatRatio(ratio: number): string {
  if (ratio === Infinity) return "∞";
  return `${ratio >= 20 ? ratio.toFixed(0) : ratio >= 3 ? ratio.toFixed(1) : ratio.toFixed(2)}×`;
}

/** Three significant digits, thousands separated. */
function format(value: number): string {
  if (Math.abs(value) < 100) return String(Number(value.toPrecision(3)));
  return Math.round(value).toLocaleString("en-US");
}
