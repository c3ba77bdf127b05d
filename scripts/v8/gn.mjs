// GN, which V8's own build files are written for. It is needed only for a new V8: graph.json is what it is for.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aptSourceLines, debianSources } from "../setup/apt-sources.mjs";
import { run, SetupError, timed } from "../setup/run.mjs";
import { scratchApt } from "../setup/scratch-apt.mjs";

/** Debian 13's is too old for V8's files of 2026. sid's wants sid's C library: both are unpacked, and its loader runs it. */
const SUITE = "sid";
const PACKAGES = ["generate-ninja", "libc6", "libstdc++6", "libgcc-s1"];
const LIBRARIES = "usr/lib/x86_64-linux-gnu";

/**
 * @param {string} folder where it is kept
 * @returns {Promise<string[]>} the command that runs it
 */
export async function ensureGn(folder) {
  const given = process.env.NETWORK_RUNTIME_GN;
  if (given) return [given];
  const unpacked = join(folder, "unpacked");
  if (!existsSync(join(unpacked, ".done")))
    await timed(`GN (Debian's generate-ninja, ${SUITE})`, () => install(folder, unpacked));
  const libraries = join(unpacked, LIBRARIES);
  return [join(libraries, "ld-linux-x86-64.so.2"), "--library-path", libraries, join(unpacked, "usr/bin/gn")];
}

/**
 * @param {string} folder
 * @param {string} unpacked
 */
async function install(folder, unpacked) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const options = [
    ...scratchApt(join(folder, "apt"), aptSourceLines("deb", debianSources(), SUITE)),
    ...["-o", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false"],
  ];
  const wayOut = "Or set NETWORK_RUNTIME_GN to a GN of September 2026 or later.";
  try {
    await run("apt-get update", "apt-get", [...options, "-qq", "update"], { cwd: folder, attempts: 3 });
    await run("apt-get download", "apt-get", [...options, "-qq", "download", ...PACKAGES], {
      cwd: folder,
      attempts: 3,
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(`${error.message}\n${wayOut}`);
  }
  const partial = join(folder, "unpacking");
  for (const deb of readdirSync(folder).filter((file) => file.endsWith(".deb"))) {
    await run("dpkg-deb", "dpkg-deb", ["-x", join(folder, deb), partial]);
    rmSync(join(folder, deb));
  }
  const gn = join(partial, "usr/bin/gn");
  if (!existsSync(gn)) throw new SetupError(`Debian's generate-ninja has no usr/bin/gn. ${wayOut}`);
  chmodSync(gn, 0o755);
  writeFileSync(join(partial, ".done"), "");
  rmSync(join(folder, "apt"), { recursive: true });
  renameSync(partial, unpacked);
}
