import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adaFolder } from "./ada.mjs";
import { brotli } from "./brotli.mjs";
import { openssl } from "./openssl.mjs";
import { zlib } from "./zlib.mjs";
import { cache, engineLibrary, root, zig, zigCacheOptions } from "./paths.mjs";
import { run, SetupError, timed } from "./run.mjs";
import { v8Folder } from "./v8.mjs";

const INPUTS = ["build.zig", "build", "engine", "prelude", "package-lock.json"];
const stamp = join(cache, "engine.stamp");

/**
 * Options that every `zig build` of this project takes.
 * @param {string} bun path of the Bun binary, which bundles the prelude
 * @returns {string[]}
 */
export function buildOptions(bun) {
  return [
    `-Dv8=${v8Folder()}`,
    `-Dada=${adaFolder()}`,
    `-Dopenssl=${openssl.folder}`,
    `-Dbrotli=${brotli.folder}`,
    `-Dzlib=${zlib.folder}`,
    `-Dbun=${bun}`,
    ...zigCacheOptions,
  ];
}

/**
 * Builds the engine, unless it was built from exactly these sources.
 * @param {string} bun
 */
export async function ensureEngine(bun) {
  if (!existsSync(join(root, "build.zig"))) throw new SetupError(`${root} has no build.zig: the clone is not whole.`);
  const inputs = hashInputs();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === `${inputs} ${hashOutput()}\n`) return;
  await timed("engine (zig build; some minutes the first time)", () =>
    // Of what is ready Zig starts one less than that, and waits for the one that it does itself: with few, for most of the build.
    run("zig build", zig, ["build", "-j64", "-Doptimize=ReleaseFast", ...buildOptions(bun)], { cwd: root }),
  );
  if (!existsSync(engineLibrary)) throw new SetupError(`zig build ended well but wrote no ${engineLibrary}.`);
  writeFileSync(stamp, `${inputs} ${hashOutput()}\n`);
}

function hashInputs() {
  const hash = createHash("sha256").update(v8Folder()).update(adaFolder());
  for (const { folder, version } of [openssl, brotli, zlib]) hash.update(`${folder}\0${version}`);
  for (const input of INPUTS) update(hash, input);
  return hash.digest("hex");
}

/** Size and time are enough to notice that something else wrote the library; its content would take a second to read. */
function hashOutput() {
  if (!existsSync(engineLibrary)) return "none";
  const { size, mtimeMs } = statSync(engineLibrary);
  return `${size}-${mtimeMs}`;
}

/**
 * @param {import("node:crypto").Hash} hash
 * @param {string} path relative to the clone
 */
function update(hash, path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return;
  if (statSync(absolute).isDirectory()) {
    for (const entry of readdirSync(absolute).sort()) update(hash, join(path, entry));
    return;
  }
  hash.update(`\0${path}\0`).update(readFileSync(absolute));
}
