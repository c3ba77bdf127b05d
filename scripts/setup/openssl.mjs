import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { aptSourceLines, debianSources } from "./apt-sources.mjs";
import { cache } from "./paths.mjs";
import { run, say, SetupError, timed } from "./run.mjs";
import { scratchApt } from "./scratch-apt.mjs";

const PACKAGE = "libssl-dev";
/** Debian 13's: Debian 12's 3.0 lacks the post-quantum algorithms and Argon2. */
const SUITE = "trixie";
/** Security updates move the last number; apt verifies what it downloads by Debian's signatures. */
const SERIES = /^3\.5\.\d+-/;

const folder = join(cache, "openssl");
const unpacked = join(folder, "unpacked-3.5");
/** Written last: the package's version. Its presence says that the folder is whole. */
const stamp = join(unpacked, ".version");

/**
 * A folder with `usr/include/openssl` and `usr/lib/x86_64-linux-gnu/libcrypto.a`: NETWORK_RUNTIME_OPENSSL if set, else
 * Debian's package, unpacked.
 * @returns {string}
 */
export function opensslFolder() {
  const override = process.env.NETWORK_RUNTIME_OPENSSL;
  return override ? resolve(override) : unpacked;
}

/**
 * Version of the package in use: part of what an engine was built from.
 * @returns {string}
 */
export function opensslVersion() {
  return existsSync(join(opensslFolder(), ".version"))
    ? readFileSync(join(opensslFolder(), ".version"), "utf8").trim()
    : "given";
}

/** Fetches and unpacks OpenSSL's headers and static library, unless they are there. Needs no root. */
export async function ensureOpenSsl() {
  if (process.env.NETWORK_RUNTIME_OPENSSL) {
    const archive = join(opensslFolder(), "usr/lib/x86_64-linux-gnu/libcrypto.a");
    if (!existsSync(archive)) throw new SetupError(`NETWORK_RUNTIME_OPENSSL is set, but there is no ${archive}.`);
    return;
  }
  if (existsSync(stamp)) return;
  await timed(`OpenSSL (Debian 13's ${PACKAGE}, 3 MB)`, install);
}

async function install() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const deb = await download();
  const version = field(deb, "Version");
  if (field(deb, "Package") !== PACKAGE || field(deb, "Architecture") !== "amd64" || !SERIES.test(version)) {
    rmSync(deb, { force: true });
    throw new SetupError(
      `apt-get downloaded ${PACKAGE} ${version}, but OpenSSL 3.5 of Debian 13 is needed. ${wayOut()}`,
    );
  }
  const partial = join(folder, "unpacking");
  await run("dpkg-deb", "dpkg-deb", ["-x", deb, partial]);
  renameSync(partial, unpacked);
  writeFileSync(stamp, `${version}\n`);
  rmSync(deb, { force: true });
  rmSync(join(folder, "apt"), { recursive: true, force: true });
  say(`OpenSSL is ${version}`);
}

function wayOut() {
  return `Set NETWORK_RUNTIME_OPENSSL to a folder with Debian 13's ${PACKAGE} unpacked (dpkg-deb -x).`;
}

/**
 * By an apt of our own: the machine's may be Debian 12's, and know of no later suite.
 * @returns {Promise<string>} the downloaded file
 */
async function download() {
  const sources = debianSources();
  if (sources.length === 0) throw new SetupError(`This machine's apt has no source of Debian's packages. ${wayOut()}`);
  const updates = aptSourceLines("deb", debianSources("/etc/apt", "-security"), `${SUITE}-security`);
  const options = scratchApt(join(folder, "apt"), aptSourceLines("deb", sources, SUITE) + updates);
  // Descriptions of applications, half as large again as the list of packages.
  options.push("-o", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false");
  // One of several archives may fail and the others still have the package.
  await attempt(`apt-get update (${SUITE})`, [...options, "update"]);
  await attempt(`apt-get download ${PACKAGE}`, [...options, "download", PACKAGE]);
  const file = readdirSync(folder).find((name) => name.startsWith(`${PACKAGE}_`) && name.endsWith(".deb"));
  if (file === undefined) throw new SetupError(`apt-get download ${PACKAGE} failed (see above). ${wayOut()}`);
  return join(folder, file);
}

/**
 * @param {string} what
 * @param {string[]} args of apt-get
 */
async function attempt(what, args) {
  try {
    await run(what, "apt-get", args, { cwd: folder });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
  }
}

/**
 * @param {string} deb
 * @param {string} name
 */
function field(deb, name) {
  return spawnSync("dpkg-deb", ["--field", deb, name], { encoding: "utf8" }).stdout.trim();
}
