import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cache } from "./paths.mjs";
import { run, say, SetupError, timed } from "./run.mjs";

const PACKAGE = "libssl-dev";
/** Debian 12's. Security updates move the last number; apt verifies what it downloads by Debian's signatures. */
const SERIES = /^3\.0\.\d+-/;

const folder = join(cache, "openssl");
const unpacked = join(folder, "unpacked");
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
  await timed(`OpenSSL (Debian's ${PACKAGE}, 2.5 MB)`, install);
}

async function install() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const deb = (await download([])) ?? (await downloadWithFreshLists());
  const version = field(deb, "Version");
  if (field(deb, "Package") !== PACKAGE || field(deb, "Architecture") !== "amd64" || !SERIES.test(version)) {
    rmSync(deb, { force: true });
    throw new SetupError(
      `apt-get downloaded ${PACKAGE} ${version}, but OpenSSL 3.0 of Debian 12 is needed. Set NETWORK_RUNTIME_OPENSSL to a ` +
        "folder with that package unpacked (dpkg-deb -x).",
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

/** The machine's package lists may be missing, or name a version that the archive has replaced: fresh ones, of our own. */
async function downloadWithFreshLists() {
  const apt = join(folder, "apt");
  mkdirSync(join(apt, "lists/partial"), { recursive: true });
  mkdirSync(join(apt, "cache/archives/partial"), { recursive: true });
  const options = ["-o", `Dir::State::Lists=${join(apt, "lists")}`, "-o", `Dir::Cache=${join(apt, "cache")}`];
  await run("apt-get update", "apt-get", [...options, "-qq", "update"], { attempts: 3 });
  const deb = await download(options);
  if (deb === undefined) {
    throw new SetupError(
      `apt-get download ${PACKAGE} failed (see above). Set NETWORK_RUNTIME_OPENSSL to a folder with Debian 12's ${PACKAGE} ` +
        "unpacked (dpkg-deb -x).",
    );
  }
  return deb;
}

/**
 * @param {string[]} options of apt-get
 * @returns {Promise<string | undefined>} the downloaded file
 */
async function download(options) {
  try {
    await run(`apt-get download ${PACKAGE}`, "apt-get", [...options, "-qq", "download", PACKAGE], { cwd: folder });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
  }
  const file = readdirSync(folder).find((name) => name.startsWith(`${PACKAGE}_`) && name.endsWith(".deb"));
  return file === undefined ? undefined : join(folder, file);
}

/**
 * @param {string} deb
 * @param {string} name
 */
function field(deb, name) {
  return spawnSync("dpkg-deb", ["--field", deb, name], { encoding: "utf8" }).stdout.trim();
}
