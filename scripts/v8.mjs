// Makes V8: build/v8/TARGET.tar.xz and TARGET.json, from npm (Zig), cargo (the sources) and python3. Set-up unpacks them; this
// is for a new V8, or a change of ours to it.
//   node scripts/v8.mjs [--check | --graph] [--target TARGET]
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./setup/lock.mjs";
import { ensureNpmPackages } from "./setup/npm.mjs";
import { cache } from "./setup/paths.mjs";
import { say, SetupError } from "./setup/run.mjs";
import { buildV8 } from "./v8/build.mjs";
import { checkV8 } from "./v8/check.mjs";
import { ensureCrates } from "./v8/crates.mjs";
import { makeGraph } from "./v8/graph.mjs";
import { parseOptions } from "./v8/options.mjs";
import { checkV8Prerequisites } from "./v8/prerequisites.mjs";
import { archiveFile, writeRecord } from "./v8/record.mjs";

const folder = join(cache, "v8-build");

try {
  const { check, graph, name, target } = parseOptions(process.argv.slice(2));
  checkV8Prerequisites({ graph });
  await withLock(ensureNpmPackages);
  const vendor = await ensureCrates(join(folder, "crates"));
  if (graph) {
    await makeGraph(folder, vendor, target, join(folder, name, "times.txt"));
  } else if (check) {
    await checkV8(join(cache, "v8-check"), vendor, name, target);
  } else {
    const build = await buildV8(join(folder, name), vendor, target);
    copyFileSync(build.packed, archiveFile(name));
    await writeRecord(name, target, build);
    say(`build/v8/${name}.tar.xz and build/v8/${name}.json`);
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`\n[setup] ${error.message}\n`);
  process.exitCode = 1;
}
