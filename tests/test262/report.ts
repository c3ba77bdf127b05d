/** What is told of runs, in Markdown. */
import { type Result, type RunResult, type Status, statusOfFiles } from "./results.ts";

const areas = ["language", "built-ins", "intl402", "annexB", "staging", "harness"] as const;

/**
 * One line an area: files, of which all modes must pass.
 * @param isProposal - whether a file is about what is not in the standard yet
 */
export function tableOf(results: readonly Result[], depth: number, isProposal: (file: string) => boolean): string {
  const counts = new Map<string, Record<Status | "proposed", number>>();
  const count = (area: string, what: Status | "proposed"): void => {
    const counted = counts.get(area) ?? { pass: 0, fail: 0, crash: 0, skip: 0, proposed: 0 };
    counted[what]++;
    counts.set(area, counted);
  };
  for (const [file, status] of statusOfFiles(results)) {
    for (const area of [file.split("/").slice(0, -1).slice(0, depth).join("/"), "**all**"]) {
      count(area, status);
      if (status === "fail" && isProposal(file)) count(area, "proposed");
    }
  }
  const rank = (area: string): number => {
    const index = areas.findIndex((name) => area === name || area.startsWith(`${name}/`));
    return index < 0 ? areas.length : index;
  };
  const rows = [...counts].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const cells = rows.map(([area, { pass, fail, crash, skip, proposed }]) => {
    const ran = pass + fail + crash;
    const share = ran === 0 ? "" : `${((100 * pass) / ran).toFixed(2)} %`;
    return `| ${[area, number(ran), number(pass), share, ...[fail, proposed, crash, skip].map(number)].join(" | ")} |`;
  });
  const head = "| area | files | passed | share | failed | of these proposals | crashed | not applicable |";
  return `${head}\n| - | -: | -: | -: | -: | -: | -: | -: |\n${cells.join("\n")}`;
}

/** Reasons of files that do not apply, most frequent first. */
export function notApplicable(results: readonly Result[]): string {
  return lines(results.filter(({ status }) => status === "skip").map(({ file, reason }) => [reason, file]));
}

/**
 * What failed, in groups.
 * @param featuresOf - of a file
 */
export function failureGroups(results: readonly Result[], featuresOf: (file: string) => readonly string[]): string {
  const bad = results.filter(({ status }) => status === "fail" || status === "crash");
  const parts: [string, [string, string][]][] = [
    ["by folder", bad.map(({ file }) => [file.split("/").slice(0, -1).slice(0, 3).join("/"), file])],
    ["by feature", bad.flatMap(({ file }) => featuresOf(file).map((feature): [string, string] => [feature, file]))],
    ["by reason", bad.map(({ file, reason }) => [generic(reason), file])],
  ];
  return parts.map(([title, entries]) => `${title}:\n${lines(entries, 25)}`).join("\n\n");
}

/** What differs between two runs, file by file and mode by mode. */
export function difference(before: RunResult, after: RunResult): string {
  const old = new Map(before.results.map((result) => [`${result.file} ${result.mode}`, result]));
  const changed = after.results.flatMap((result) => {
    const id = `${result.file} ${result.mode}`;
    const was = old.get(id)?.status;
    return was === undefined || was === result.status ? [] : [{ id, change: `${was} -> ${result.status}`, ...result }];
  });
  const worse = changed.filter(({ change }) => change.startsWith("pass") || change.endsWith("crash"));
  return [
    lines(changed.map(({ change, id }) => [change, id])),
    ...worse.map(({ change, id, reason }) => `${change}: ${id}: ${reason}`),
  ].join("\n");
}

/** How many different things each group has, the largest first. */
function lines(entries: readonly (readonly [group: string, thing: string])[], limit = Infinity): string {
  const groups = new Map<string, Set<string>>();
  for (const [group, thing] of entries) groups.set(group, (groups.get(group) ?? new Set()).add(thing));
  const sorted = [...groups].sort(([, a], [, b]) => b.size - a.size).slice(0, limit);
  return sorted.map(([group, things]) => `${number(things.size).padStart(7)}  ${group}`).join("\n");
}

/** A reason without what differs from test to test. */
function generic(reason: string): string {
  return reason
    .replace(/«[^»]*»|"[^"]*"|'[^']*'|\[[^\]]*\]/g, "…")
    .replace(/-?\d+(\.\d+)?/g, "N")
    .split("\n")[0]!
    .slice(0, 110);
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
