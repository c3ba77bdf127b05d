import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { aptSourceLines, debianSources } from "./apt-sources.mjs";
import { cache } from "./paths.mjs";
import { run, say, SetupError, timed } from "./run.mjs";
import { scratchApt } from "./scratch-apt.mjs";
import { sha256 } from "./sha256.mjs";

/**
 * The URL parser, as Debian packages its sources. Debian keeps one version a suite: when it has moved on, the newer 3.x is
 * taken, on the word of Debian's signed index, which apt checks; the tests then decide.
 */
const PACKAGE = "ada-url";
const VERSION = "3.4.4";
const SHA256 = "db74b85968410b59d591aeebf0babe76bf5da44dd8969b0bf001039c9d697aa3";
/** Suites that have it or will; Debian 12 itself does not. */
const SUITES = ["testing", "unstable"];

const folder = join(cache, "ada");
const unpacked = join(folder, `ada-${VERSION}`);
const downloads = join(folder, "download");
const ARCHIVE = /^ada-url_(3\.\d+\.\d+)\.orig\.tar\.(gz|xz)$/;
/** Written last: its presence says that the folder is whole and came from the verified file. */
const stamp = join(unpacked, ".sha256");

/**
 * A folder with ada's `include/` and `src/`: NETWORK_RUNTIME_ADA if set, else the pinned one.
 * @returns {string}
 */
export function adaFolder() {
  const override = process.env.NETWORK_RUNTIME_ADA;
  return override ? resolve(override) : unpacked;
}

/** Fetches, verifies and unpacks the pinned ada, unless it is there. */
export async function ensureAda() {
  if (process.env.NETWORK_RUNTIME_ADA) {
    const header = join(adaFolder(), "include/ada.h");
    if (!existsSync(header)) throw new SetupError(`NETWORK_RUNTIME_ADA is set, but there is no ${header}.`);
    return;
  }
  if (existsSync(stamp) && readFileSync(stamp, "utf8").trim() === SHA256) return;
  await timed(`ada (Debian source package ${PACKAGE} ${VERSION}, 0.5 MB)`, install);
}

async function install() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(downloads, { recursive: true });
  for (const suite of SUITES) {
    if (await download(suite)) break;
  }
  const archive = downloaded();
  const actual = archive ? await sha256(archive.path) : "no file";
  if (archive && archive.version !== VERSION) {
    say(`Debian has ada ${archive.version} in place of ${VERSION}: taken on the word of its signed index (${actual}).`);
  } else if (!archive || actual !== SHA256) {
    throw new SetupError(
      `Debian's ${PACKAGE} could not be had from ${SUITES.join(" or ")} (see above), or ${VERSION} is not what it should be.\n` +
        `  expected ${SHA256}\n  got      ${actual}\n` +
        `Set NETWORK_RUNTIME_ADA to a folder with the sources of ada ${VERSION} (include/, src/) to go on without Debian.`,
    );
  }
  const partial = join(folder, "unpacking");
  mkdirSync(partial);
  await run("tar", "tar", ["xf", archive.path, "--strip-components=1", "-C", partial]);
  renameSync(partial, unpacked);
  writeFileSync(stamp, `${SHA256}\n`);
  rmSync(downloads, { recursive: true, force: true });
}

/**
 * Fetches the source package from one suite of Debian, wherever this machine gets its packages.
 * @param {string} suite
 * @returns {Promise<boolean>} whether the archive came
 */
async function download(suite) {
  const sources = debianSources();
  if (sources.length === 0) {
    throw new SetupError(
      "This machine's apt has no source of Debian's packages. NETWORK_RUNTIME_ADA names a folder with the sources of\n" +
        `ada ${VERSION} (include/, src/) instead.`,
    );
  }
  const options = scratchApt(join(downloads, suite), aptSourceLines("deb-src", sources, suite));
  try {
    await run(`apt-get update (${suite}, source lists)`, "apt-get", [...options, "update"], { cwd: downloads });
    const source = ["source", "--download-only", "--only-source", PACKAGE];
    await run(`apt-get source (${suite})`, "apt-get", [...options, ...source], { cwd: downloads });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
  }
  return downloaded() !== undefined;
}

/**
 * The archive that apt left, with its version.
 * @returns {{ path: string, version: string } | undefined}
 */
function downloaded() {
  for (const name of readdirSync(downloads)) {
    const version = ARCHIVE.exec(name)?.[1];
    if (version !== undefined) return { path: join(downloads, name), version };
  }
  return undefined;
}
