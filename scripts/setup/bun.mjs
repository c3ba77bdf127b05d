import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cache, pinnedVersion, root } from "./paths.mjs";
import { run, SetupError, timed } from "./run.mjs";

const baselineFolder = join(cache, "bun-baseline");
const modules = join(root, "node_modules");
/** What `node_modules/.bin/bun` points to. A placeholder until the postinstall script of `bun` has run. */
const linked = join(modules, "bun/bin/bun.exe");
/** npm may skip postinstall scripts; then the platform's package still has the binary. */
const candidates = [
  linked,
  join(modules, "@oven/bun-linux-x64/bin/bun"),
  join(baselineFolder, "node_modules/@oven/bun-linux-x64-baseline/bin/bun"),
];

/**
 * Makes `node_modules/.bin/bun` a Bun of the pinned version that runs on this processor.
 * @returns {Promise<string>} path of the binary
 */
export async function ensureBun() {
  const version = pinnedVersion("bun");
  let found = candidates.find((file) => runs(file, version));
  if (found === undefined) {
    await timed("Bun for processors without AVX2", () => installBaseline(version));
    found = candidates.find((file) => runs(file, version));
  }
  if (found === undefined) {
    throw new SetupError(
      `No Bun ${version} that runs on this machine came from npm. Looked at:\n${candidates.map((file) => `  - ${file}`).join("\n")}`,
    );
  }
  if (found !== linked) replaceWith(found, linked);
  return linked;
}

/** @param {string} version */
async function installBaseline(version) {
  mkdirSync(baselineFolder, { recursive: true });
  // A package.json of its own, or npm would install into the clone's.
  writeFileSync(join(baselineFolder, "package.json"), `{ "private": true }\n`);
  await run("npm install (Bun baseline)", "npm", ["install", "--no-save", `@oven/bun-linux-x64-baseline@${version}`], {
    cwd: baselineFolder,
    attempts: 3,
  });
}

/**
 * @param {string} file
 * @param {string} version
 */
function runs(file, version) {
  if (!existsSync(file)) return false;
  // The placeholder is a shell script that fails; a binary for another processor dies by SIGILL.
  const result = spawnSync(file, ["--version"], { encoding: "utf8", timeout: 30_000 });
  return result.status === 0 && result.stdout.trim() === version;
}

/**
 * @param {string} from
 * @param {string} to
 */
function replaceWith(from, to) {
  mkdirSync(join(to, ".."), { recursive: true });
  rmSync(to, { force: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
  chmodSync(to, 0o755);
}
