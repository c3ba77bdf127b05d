import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { zig } from "../setup/paths.mjs";
import { run, SetupError, timed } from "../setup/run.mjs";
import { buildTemporal } from "./temporal.mjs";
import { prepareTree } from "./tree.mjs";
import { recipeFolder, scriptsFolder } from "./version.mjs";

/**
 * Where one build keeps its things. The crate's copy, caches and all: two builds share nothing but the crates.
 * @typedef {{ tree: string, out: string, times: string, packed: string }} Build
 */

/**
 * @param {string} folder
 * @param {string} vendor the crates
 * @param {import("./targets.mjs").Target} target
 * @returns {Promise<Build>}
 */
export async function buildV8(folder, vendor, target) {
  const tree = join(folder, "tree");
  const out = join(folder, "out");
  const times = join(folder, "times.txt");
  const packed = join(folder, "packed.tar.xz");
  mkdirSync(folder, { recursive: true });
  await timed("V8's sources with our changes", async () => prepareTree(tree, vendor));
  await timed("V8 (about 25 minutes on 2 cores, from nothing)", () => compile(folder, tree, out, times, target.triple));
  await timed("Temporal (one minute)", () =>
    buildTemporal(folder, vendor, target.rust, join(out, "lib/nr_temporal.o")),
  );
  await timed("packing (2 minutes)", () => pack(tree, out, packed));
  return { tree, out, times, packed };
}

/**
 * In the tree itself: all paths are relative to it, so that none of this machine gets into an object.
 * @param {string} folder
 * @param {string} tree
 * @param {string} out
 * @param {string} times
 * @param {string} triple
 */
async function compile(folder, tree, out, times, triple) {
  const caches = { ZIG_LOCAL_CACHE_DIR: join(folder, "cc"), ZIG_GLOBAL_CACHE_DIR: join(folder, "zig-global") };
  const args = [
    ...["build", "--build-file", join(recipeFolder, "build.zig"), "v8"],
    ...["--cache-dir", join(folder, "zig"), "--global-cache-dir", caches.ZIG_GLOBAL_CACHE_DIR, "--prefix", out],
    ...["--summary", "failures", "-j4096", "--color", "off", "--seed", "0", `-Dtriple=${triple}`, `-Dtimes=${times}`],
  ];
  try {
    await run("zig build", zig, args, { cwd: tree, env: caches });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(
      `${error.message}\nThe first error above is the cause. What did compile is kept. After a change of V8's sources, a unit of ` +
        "several files may clash: name one of them in ALONE of scripts/v8/graph/groups.py and run npm run v8 -- --graph.",
    );
  }
}

/**
 * @param {string} tree
 * @param {string} out
 * @param {string} packed
 */
async function pack(tree, out, packed) {
  await run("pack.py", "python3", [join(scriptsFolder, "pack.py"), tree, out, packed]);
}
