import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { aptSourceLines, debianSources } from "./apt-sources.mjs";
import { cache } from "./paths.mjs";
import { run, say, SetupError, timed } from "./run.mjs";
import { scratchApt } from "./scratch-apt.mjs";

/**
 * A package of Debian's with headers and static libraries.
 * @typedef {object} Wanted
 * @property {string} title for messages: "Brotli"
 * @property {string} name of the package
 * @property {string} suite the release it is taken from, whatever the machine's own is
 * @property {RegExp} series which versions will do. Security updates move the last number; apt verifies what it downloads
 *   by Debian's signatures
 * @property {string} folder where it is kept, below the cache
 * @property {string} variable of the environment, that names a folder with the package unpacked instead
 * @property {string} archive a file of it that has to be there
 */

/** Fetched once, unpacked in the cache. Needs no root. */
export class DebianPackage {
  /** @type {Wanted} */
  #wanted;
  #downloads;
  #unpacked;

  /** @param {Wanted} wanted */
  constructor(wanted) {
    this.#wanted = wanted;
    this.#downloads = join(cache, wanted.folder);
    this.#unpacked = join(this.#downloads, "unpacked");
  }

  /** Where its `usr/` is. */
  get folder() {
    const override = process.env[this.#wanted.variable];
    return override ? resolve(override) : this.#unpacked;
  }

  /** Of the package in use: part of what an engine was built from. */
  get version() {
    const file = join(this.folder, ".version");
    return existsSync(file) ? readFileSync(file, "utf8").trim() : "given";
  }

  /** Fetches and unpacks it, unless it is there. */
  async ensure() {
    const { archive, name, title, variable } = this.#wanted;
    if (process.env[variable]) {
      const path = join(this.folder, archive);
      if (!existsSync(path)) throw new SetupError(`${variable} is set, but there is no ${path}.`);
      return;
    }
    // Written last: it says that the folder is whole.
    if (existsSync(join(this.#unpacked, ".version"))) return;
    await timed(`${title} (Debian's ${name})`, () => this.#install());
  }

  async #install() {
    const { name, series, suite, title } = this.#wanted;
    rmSync(this.#downloads, { recursive: true, force: true });
    mkdirSync(this.#downloads, { recursive: true });
    const deb = await this.#download();
    const version = field(deb, "Version");
    if (field(deb, "Package") !== name || field(deb, "Architecture") !== "amd64" || !series.test(version)) {
      throw new SetupError(`apt-get downloaded ${name} ${version}, but that of ${suite} is needed. ${this.#wayOut()}`);
    }
    const partial = join(this.#downloads, "unpacking");
    await run("dpkg-deb", "dpkg-deb", ["-x", deb, partial]);
    writeFileSync(join(partial, ".version"), `${version}\n`);
    renameSync(partial, this.#unpacked);
    rmSync(deb, { force: true });
    rmSync(join(this.#downloads, "apt"), { recursive: true, force: true });
    say(`${title} is ${version}`);
  }

  /** By an apt of our own: the machine's may know of another suite only. */
  async #download() {
    const { name, suite } = this.#wanted;
    const sources = debianSources();
    if (sources.length === 0) {
      throw new SetupError(`This machine's apt has no source of Debian's packages. ${this.#wayOut()}`);
    }
    const cwd = this.#downloads;
    const updates = aptSourceLines("deb", debianSources("/etc/apt", "-security"), `${suite}-security`);
    const options = scratchApt(join(cwd, "apt"), aptSourceLines("deb", sources, suite) + updates);
    // Descriptions of applications, half as large again as the list of packages.
    options.push("-o", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false");
    // One of several archives may fail and the others still have the package.
    await attempt(`apt-get update (${suite})`, [...options, "-qq", "update"], cwd);
    await attempt(`apt-get download ${name}`, [...options, "-qq", "download", name], cwd);
    const file = readdirSync(cwd).find((file) => file.startsWith(`${name}_`) && file.endsWith(".deb"));
    if (file === undefined)
      throw new SetupError(`apt-get download ${name} brought nothing (see above). ${this.#wayOut()}`);
    return join(cwd, file);
  }

  #wayOut() {
    const { name, suite, variable } = this.#wanted;
    return `Set ${variable} to a folder with the ${name} of Debian's ${suite} unpacked (dpkg-deb -x).`;
  }
}

/**
 * @param {string} what
 * @param {string[]} args of apt-get
 * @param {string} cwd
 */
async function attempt(what, args, cwd) {
  try {
    await run(what, "apt-get", args, { cwd, attempts: 3 });
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
