import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { cache, root } from "./paths.mjs";
import { run, SetupError, timed } from "./run.mjs";
import { sha256 } from "./sha256.mjs";

/** What the engine of this platform is linked with. build/targets.zig has its record. */
const TARGET = "linux-x64-gnu";

const archive = join(root, `build/v8/${TARGET}.tar.xz`);
const manifestFile = join(root, `build/v8/${TARGET}.json`);
const unpacked = join(cache, "v8", TARGET);
/** Written last: its presence says that the folder is whole and came from the verified archive. */
const stamp = join(unpacked, ".sha256");

/**
 * A folder with V8's library, headers and ICU's data: NETWORK_RUNTIME_V8 if set, else the archive of this clone, unpacked.
 * @returns {string}
 */
export function v8Folder() {
  const override = process.env.NETWORK_RUNTIME_V8;
  return override ? resolve(override) : unpacked;
}

/** Whether V8 is there already. */
export function v8Present() {
  if (process.env.NETWORK_RUNTIME_V8) return true;
  return existsSync(stamp) && readFileSync(stamp, "utf8").trim() === manifest()?.archive.sha256;
}

/** Unpacks V8 from the archive that the clone brings, verified, unless it is there. */
export async function ensureV8() {
  if (process.env.NETWORK_RUNTIME_V8) {
    const library = join(v8Folder(), "lib/libv8.a");
    if (!existsSync(library)) throw new SetupError(`NETWORK_RUNTIME_V8 is set, but there is no ${library}.`);
    return;
  }
  if (!v8Present()) await timed(`V8 ${manifest()?.v8 ?? ""} (from ${relative(root, archive)})`, unpack);
}

/**
 * The archive's manifest; undefined if the clone has none for this platform.
 * @returns {{ v8: string, archive: { sha256: string, size: number } } | undefined}
 */
function manifest() {
  return existsSync(manifestFile) ? JSON.parse(readFileSync(manifestFile, "utf8")) : undefined;
}

async function unpack() {
  const wanted = manifest()?.archive;
  if (wanted === undefined || !existsSync(archive)) {
    throw new SetupError(
      `This clone has no V8 for ${TARGET}. Build it: npm run v8 (half an hour on two cores; needs cargo and python3).`,
    );
  }
  const actual = await sha256(archive);
  if (actual !== wanted.sha256) {
    throw new SetupError(
      `${relative(root, archive)} is not what its manifest says.\n  expected ${wanted.sha256}\n  got      ${actual}\n` +
        "Get it anew (git checkout -- build/v8), or build it (npm run v8).",
    );
  }
  const partial = `${unpacked}.partial`;
  for (const old of [partial, unpacked]) rmSync(old, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  await run("tar", "tar", ["-xJf", archive, "-C", partial]);
  renameSync(partial, unpacked);
  writeFileSync(stamp, `${actual}\n`);
}
