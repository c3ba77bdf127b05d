import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run, timed } from "../setup/run.mjs";
import { ensureGn } from "./gn.mjs";
import { recipeFolder, scriptsFolder } from "./version.mjs";

/**
 * Makes the manifest again from V8's own build files.
 * @param {string} folder for GN and a copy of the crate
 * @param {string} vendor the crates
 * @param {import("./targets.mjs").Target} target
 * @param {string} times of units, by the last build
 */
export async function makeGraph(folder, vendor, target, times) {
  const gn = await ensureGn(join(folder, "gn"));
  const tree = join(folder, "graph-tree");
  await timed(`build/v8/${target.graph}`, async () => {
    rmSync(tree, { recursive: true, force: true });
    cpSync(join(vendor, "v8"), tree, { recursive: true });
    const script = join(scriptsFolder, "graph.py");
    const out = join(recipeFolder, target.graph);
    const args = [script, tree, out, join(recipeFolder, "version.json"), target.cpu, times, ...gn];
    await run("graph.py", "python3", args);
    rmSync(tree, { recursive: true, force: true });
  });
}
