// bun run attacks: runs every attack of tests/hostile, on the library and on isolated-vm, and writes the table of outcomes
// into docs/security.md.
//   bun run attacks [-- NAME...]     NAME: the beginning of an attack's name, for instance "cpu" or "memory/map-growth";
//                                    the rows of those are printed, and nothing is written
import { Glob } from "bun";
import { join } from "node:path";
import { runOurs } from "./attacks/ours.ts";
import { Peer } from "./attacks/peer.ts";
import type { Row } from "./attacks/table.ts";
import { tableOf, writeTable } from "./attacks/table.ts";
import { root } from "./setup/paths.mjs";

const wanted = process.argv.slice(2);
const folder = join(root, "tests/hostile");
const peer = await Peer.install((text) => console.error(text));
const rows: Row[] = [];
for (const file of [...new Glob("*/*.ts").scanSync({ cwd: folder })].sort()) {
  const name = file.slice(0, -".ts".length);
  if (wanted.length > 0 && !wanted.some((prefix) => name.startsWith(prefix))) continue;
  const path = join(folder, file);
  const ours = await runOurs(path);
  const theirs = await peer.run(path);
  rows.push({ name, ours, theirs });
  console.error(`${name}: ${"broken" in ours ? "BROKEN" : ours.outcome}; ${peer.title}: ${theirs.outcome}`);
  if (!("broken" in ours)) continue;
  console.error(ours.broken);
  process.exitCode = 1;
}
if (wanted.length > 0) console.log(tableOf(rows, peer.title));
else await writeTable(rows, peer.title);
