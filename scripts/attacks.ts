// bun run attacks: runs every attack of tests/hostile and writes the table of outcomes into docs/security.md.
import { Glob } from "bun";
import { join } from "node:path";
import { runAttack } from "../tests/hostile/run-attack.ts";
import { root } from "./setup/paths.mjs";

const BEGIN = "<!-- attacks: begin -->";
const END = "<!-- attacks: end -->";

interface Report {
  readonly outcome: string;
  readonly attackMs: number;
  readonly grownMb: number;
  readonly leftMb: number;
  readonly slowestMs: number;
}

const folder = join(root, "tests/hostile");
const rows = ["| attack | outcome | ms | peak, MB | left, MB | slowest round of a neighbour, ms |"];
rows.push("| --- | --- | ---: | ---: | ---: | ---: |");
for (const file of [...new Glob("*/*.ts").scanSync({ cwd: folder })].sort()) {
  const { stdout, stderr, ending } = await runAttack(join(folder, file), { ATTACK_REPORT: "1" });
  const name = file.slice(0, -".ts".length);
  if (stderr !== "" || ending !== "exit code 0") {
    console.error(`${name}: ${ending}\n${stderr}`);
    process.exitCode = 1;
    rows.push(`| ${name} | **broken** | | | | |`);
    continue;
  }
  const { outcome, attackMs, grownMb, leftMb, slowestMs } = JSON.parse(stdout) as Report;
  const figures = [attackMs, grownMb, Math.max(leftMb, 0), slowestMs].map((figure) => figure.toFixed(0));
  rows.push(`| ${name} | ${outcome} | ${figures.join(" | ")} |`);
}

const document = join(root, "docs/security.md");
const text = await Bun.file(document).text();
const [before, rest] = text.split(BEGIN);
const after = rest?.split(END)[1];
if (before === undefined || after === undefined) throw new Error(`${document} lacks the markers ${BEGIN} and ${END}`);
await Bun.write(document, `${before}${BEGIN}\n\n${rows.join("\n")}\n\n${END}${after}`);
