/** The table of attacks and outcomes in docs/security.md. */
import { join } from "node:path";
import type { Row } from "../attacks.ts";
import { root } from "../setup/paths.mjs";
import type { Theirs } from "./peer.ts";

const BEGIN = "<!-- attacks: begin -->";
const END = "<!-- attacks: end -->";

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
    const cells = "broken" in ours ? ["**broken**", "", "", "", ""] : [ours.outcome, ...figures(ours)];
    lines.push(`| ${[name, ...cells, theirs.outcome].join(" | ")} |`);
  }
  return lines.join("\n");
}

function figures(ours: Exclude<Row["ours"], { readonly broken: string }>): string[] {
  const { attackMs, grownMb, leftMb, slowestMs } = ours;
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
  await Bun.write(document, `${before}${BEGIN}\n\n${generated}\n\n${END}${after}`);
}
