import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup/paths.mjs";
import { SetupError } from "../setup/run.mjs";
import { recipeFolder, version } from "./version.mjs";

/** The crates 0.6 GB, the copy that is built 0.3, objects and tools 1.5. */
const DISK_GB_MIN = 4;

/**
 * All that can be known to be wrong before minutes are spent.
 * @param {{ graph: boolean }} needs graph: V8's own build files will be read, with GN
 * @throws {SetupError}
 */
export function checkV8Prerequisites(needs) {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new SetupError(`V8 is built on linux-x64 (glibc) only; this is ${process.platform}-${process.arch}.`);
  }
  const missing = [
    ...(runs("cargo", ["--version"])
      ? []
      : ["cargo (it fetches V8's sources): from https://rustup.rs, or apt-get install cargo"]),
    ...(runs("python3", ["-c", "import lzma, sys; sys.exit(sys.version_info < (3, 9))"])
      ? []
      : ["python3, 3.9 or newer, with lzma (V8's generators are written in it): apt-get install python3"]),
    ...(!needs.graph || (runs("apt-get", ["--version"]) && runs("dpkg-deb", ["--version"]))
      ? []
      : ["apt-get and dpkg-deb (they fetch GN): apt-get install apt dpkg"]),
  ];
  if (missing.length > 0) {
    throw new SetupError(`V8 cannot be built without\n${missing.map((what) => `  - ${what}`).join("\n")}`);
  }
  const disk = statfsSync(root);
  const freeGb = (disk.bavail * disk.bsize) / 1e9;
  if (freeGb < DISK_GB_MIN) {
    throw new SetupError(`${freeGb.toFixed(1)} GB are free under ${root}; building V8 needs ${DISK_GB_MIN} GB.`);
  }
  checkLock();
  if (!needs.graph) checkGraph();
}

/** version.json and Cargo.lock name the same crates, or an upgrade stopped half-way. */
function checkLock() {
  const lock = readFileSync(join(recipeFolder, "crates/Cargo.lock"), "utf8");
  for (const [name, crate] of Object.entries(version.crates)) {
    const [, entry = ""] = lock.split(`name = "${name}"\n`);
    const [, actual, checksum] = /^version = "(.*)"\n.*\nchecksum = "(.*)"/.exec(entry) ?? [];
    if (actual === crate.version && checksum === crate.checksum) continue;
    throw new SetupError(
      `build/v8/crates/Cargo.lock has ${name} ${actual} (${checksum}), but build/v8/version.json wants ` +
        `${crate.version} (${crate.checksum}). Make both the same: docs/v8-upgrade.md.`,
    );
  }
}

function checkGraph() {
  const file = join(recipeFolder, "graph.json");
  const of = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).v8 : "nothing";
  if (of === version.v8) return;
  throw new SetupError(
    `build/v8/graph.json is of V8 ${of}, but build/v8/version.json wants ${version.v8}. Make it: npm run v8 -- --graph`,
  );
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function runs(command, args) {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
