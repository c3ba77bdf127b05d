// The copy of web-platform-tests that `npm test` runs over: the one in Debian's source package of nodejs, fetched by apt
// (which verifies Debian's signatures) from wherever this machine gets its packages.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { aptSourceLines, debianSources } from "../setup/apt-sources.mjs";
import { cache } from "../setup/paths.mjs";
import { scratchApt } from "../setup/scratch-apt.mjs";

/** One release, so that the expectations fit; Debian 12 keeps it. */
const UPSTREAM = "18.20.4+dfsg";
const TARBALL = `nodejs_${UPSTREAM}.orig.tar.xz`;
const SHA256 = "6ce58062c71eae37d9c5ac31eeaeff9c2d48561d21c2849179d056c9c1bd9ebc";
const SUITE = "bookworm";
const APT_TIMEOUT_MS = 180_000;

const folder = join(cache, "wpt");
const copy = join(folder, `nodejs-${UPSTREAM}`);

/** The copy cannot be had on this machine, for the reason in the message. */
export class WptCopyError extends Error {
  override readonly name = "WptCopyError";
}

/**
 * The copy's folder, fetched when it is not there yet (29 MB).
 * @throws WptCopyError
 */
export async function ensureWptCopy(): Promise<string> {
  if (existsSync(copy)) return copy;
  mkdirSync(folder, { recursive: true });
  const tarball = join(folder, TARBALL);
  if (!existsSync(tarball)) await download();
  const sum = createHash("sha256").update(readFileSync(tarball)).digest("hex");
  if (sum !== SHA256) {
    rmSync(tarball);
    throw new WptCopyError(`${TARBALL} has SHA-256 ${sum}, not ${SHA256}.`);
  }
  const partial = `${copy}.partial-${process.pid}`;
  mkdirSync(partial);
  try {
    const options = ["--strip-components=4", "--wildcards", "*/test/fixtures/wpt"];
    await command(["tar", "-xJf", tarball, "-C", partial, ...options]);
    renameSync(partial, copy);
  } catch (error) {
    // Another run may have been quicker.
    if (!existsSync(copy)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  rmSync(tarball);
  return copy;
}

/** Brings the tarball into the cache folder. Apt's own state stays in a scratch folder, so this needs no rights. */
async function download(): Promise<void> {
  if (Bun.which("apt-get") === null) throw new WptCopyError("There is no apt-get on this machine.");
  const sources = debianSources();
  if (sources.length === 0) throw new WptCopyError("This machine's apt has no Debian sources.");
  const scratch = join(folder, `apt-${process.pid}`);
  const options = scratchApt(scratch, aptSourceLines("deb-src", sources, SUITE));
  try {
    await command(["apt-get", ...options, "update"]);
    const shown = await command(["apt-cache", ...options, "showsrc", "nodejs"]);
    const versions = [...shown.matchAll(/^Version: (.*)$/gm)].map(([, version]) => version!);
    const fitting = versions.filter((version) => version.startsWith(`${UPSTREAM}-`));
    if (fitting.length === 0) {
      throw new WptCopyError(`Debian has nodejs ${versions.join(", ") || "in no version"}, not ${UPSTREAM}.`);
    }
    const source = ["source", "--download-only", "--tar-only"];
    await command(["apt-get", ...options, ...source, `nodejs=${fitting[0]}`], scratch);
    renameSync(join(scratch, TARBALL), join(folder, TARBALL));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @returns the command's standard output */
async function command(words: string[], cwd = folder): Promise<string> {
  const child = Bun.spawn(words, {
    cwd,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: APT_TIMEOUT_MS,
    env: { ...process.env, LC_ALL: "C" },
  });
  const [output, errors] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  if ((await child.exited) === 0) return output;
  throw new WptCopyError(`${words[0]} failed: ${errors.trim().split("\n").slice(-3).join(" ")}`);
}
