import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { cache } from "./paths.mjs";
import { run, SetupError, timed } from "./run.mjs";

/** docs/v8-upgrade.md says how to move to another one. */
const GEM = "libv8-node";
const VERSION = "24.12.0.1";
const PLATFORM = "x86_64-linux";
const SHA256 = "e1236be4765edc109bd6ecef2989cf781bdcbac6f6e2cb3236ec9568540a9cfa";

const name = `${GEM}-${VERSION}-${PLATFORM}`;
const folder = join(cache, "v8");
const unpacked = join(folder, name);
/** Written last: its presence says that the folder is whole and came from the verified file. */
const stamp = join(unpacked, ".sha256");

/**
 * A folder with `include/` and `x86_64-linux/libv8/obj/libv8_monolith.a`: NETWORK_RUNTIME_V8 if set, else the pinned one.
 * @returns {string}
 */
export function v8Folder() {
  const override = process.env.NETWORK_RUNTIME_V8;
  return override ? resolve(override) : join(unpacked, "vendor/v8");
}

/** Whether V8 is there already. */
export function v8Present() {
  if (process.env.NETWORK_RUNTIME_V8) return true;
  return existsSync(stamp) && readFileSync(stamp, "utf8").trim() === SHA256;
}

/** Fetches, verifies and unpacks the pinned V8, unless it is there. */
export async function ensureV8() {
  if (process.env.NETWORK_RUNTIME_V8) {
    const archive = join(v8Folder(), "x86_64-linux/libv8/obj/libv8_monolith.a");
    if (!existsSync(archive)) throw new SetupError(`NETWORK_RUNTIME_V8 is set, but there is no ${archive}.`);
    return;
  }
  if (v8Present()) return;
  await timed(`V8 (gem ${GEM} ${VERSION}, 47 MB)`, install);
}

async function install() {
  mkdirSync(folder, { recursive: true });
  const gem = join(folder, `${name}.gem`);
  // Rubygems keeps its index outside the clone unless told otherwise.
  const specs = join(cache, "gem-specs");
  const env = { GEM_SPEC_CACHE: specs };
  if (!existsSync(gem) || (await sha256(gem)) !== SHA256) {
    rmSync(gem, { force: true });
    const args = ["fetch", GEM, "--version", VERSION, "--platform", PLATFORM];
    await run("gem fetch", "gem", args, { cwd: folder, env, attempts: 3 });
  }
  const actual = existsSync(gem) ? await sha256(gem) : "no file";
  if (actual !== SHA256) {
    rmSync(gem, { force: true });
    throw new SetupError(
      `${name}.gem is not what it should be and was deleted.\n  expected ${SHA256}\n  got      ${actual}`,
    );
  }
  const partial = join(folder, "unpacking");
  rmSync(partial, { recursive: true, force: true });
  rmSync(unpacked, { recursive: true, force: true });
  await run("gem unpack", "gem", ["unpack", gem, "--target", partial], { cwd: folder, env });
  renameSync(join(partial, name), unpacked);
  rmSync(partial, { recursive: true, force: true });
  writeFileSync(stamp, `${SHA256}\n`);
  for (const leftover of [gem, specs]) rmSync(leftover, { recursive: true, force: true });
}

/** @param {string} file */
async function sha256(file) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
