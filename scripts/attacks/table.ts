/** The table of attacks and outcomes in docs/security.md. */
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { root } from "../setup/paths.mjs";
import type { Figures, Ours } from "./ours.ts";
import type { Theirs } from "./peer.ts";

const BEGIN = "<!-- attacks: begin -->";
const END = "<!-- attacks: end -->";

/** One attack, and how it went. */
export interface Row {
  readonly name: string;
  readonly ours: Ours;
  readonly theirs: Theirs;
}

/** What the kinds of outcomes are called in the summary. */
const KINDS: Record<Theirs["kind"], string> = {
  contained: "contained",
  late: "stopped late",
  outgrew: "took memory beyond the limit",
  hung: "hung",
  died: "killed the process",
  none: "not applicable",
};

/** @param peer - the peer's name, with versions */
export function tableOf(rows: readonly Row[], peer: string): string {
  const lines = [
    `| attack | outcome | ms | peak, MB | left, MB | slowest round of a neighbour, ms | ${peer} |`,
    "| --- | --- | ---: | ---: | ---: | ---: | --- |",
  ];
  for (const { name, ours, theirs } of rows) {
    const outcome = "broken" in ours ? "**broken**" : ours.outcome;
    const cells = [outcome, ...figuresOf("broken" in ours ? undefined : ours.figures), theirs.outcome];
    lines.push(`| ${[name, ...cells].join(" | ")} |`);
  }
  return lines.join("\n");
}

function figuresOf(figures: Figures | undefined): string[] {
  if (figures === undefined) return ["", "", "", ""];
  const { attackMs, grownMb, leftMb, slowestMs } = figures;
  return [attackMs, grownMb, Math.max(leftMb, 0), slowestMs].map((figure) => figure.toFixed(0));
}

function summaryOf(rows: readonly Row[], peer: string): string {
  const broken = rows.filter(({ ours }) => "broken" in ours).length;
  const kinds = Object.entries(KINDS).flatMap(([kind, title]) => {
    const count = rows.filter(({ theirs }) => theirs.kind === kind).length;
    return count === 0 ? [] : [`${count} ${title}`];
  });
  return [
    `- network-runtime: ${rows.length - broken} of ${rows.length} attacks ended as they must.`,
    `- ${peer}: ${kinds.join(", ")}.`,
  ].join("\n");
}

/** @throws Error if the document has no place for it */
export async function writeTable(rows: readonly Row[], peer: string): Promise<void> {
  const document = join(root, "docs/security.md");
  const [before, rest] = (await Bun.file(document).text()).split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${document} lacks the markers ${BEGIN} and ${END}`);
  const generated = `${summaryOf(rows, peer)}\n\n${tableOf(rows, peer)}`;
  const text = `${before}${BEGIN}\n\n${generated}\n\n${END}${after}`;
  await Bun.write(document, await format(text, { ...(await resolveConfig(document)), filepath: document }));
}
