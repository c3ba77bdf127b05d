// V8's sources and ICU's data come as crates: cargo fetches them and checks them against the checksums of our Cargo.lock.
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, SetupError, timed } from "../setup/run.mjs";
import { hashOf } from "./recipe.mjs";
import { recipeFolder, version } from "./version.mjs";

/**
 * @param {string} folder where they are kept
 * @returns {Promise<string>} where they are unpacked, each in a folder of its name
 */
export async function ensureCrates(folder) {
  const unpacked = join(folder, "vendor");
  const stamp = hashOf(["crates"]);
  // Written last: it says that the folder is whole.
  const stampFile = join(unpacked, ".stamp");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return unpacked;
  await timed(`V8's sources (crate v8 ${version.crates.v8?.version})`, () => vendor(folder, unpacked));
  for (const [name, { checksum }] of Object.entries(version.crates)) {
    const actual = JSON.parse(readFileSync(join(unpacked, name, ".cargo-checksum.json"), "utf8")).package;
    if (actual === checksum) continue;
    throw new SetupError(`cargo brought ${name} with checksum ${actual}, but build/v8/version.json wants ${checksum}.`);
  }
  writeFileSync(stampFile, stamp);
  return unpacked;
}

/**
 * From a folder outside the crate: its rust-toolchain.toml asks for a Rust that need not be there.
 * @param {string} folder
 * @param {string} unpacked
 */
async function vendor(folder, unpacked) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "src"), { recursive: true });
  for (const file of ["Cargo.toml", "Cargo.lock"]) copyFileSync(join(recipeFolder, "crates", file), join(folder, file));
  writeFileSync(join(folder, "src/lib.rs"), "");
  const args = ["vendor", "--locked", "--quiet", "vendoring"];
  try {
    await run("cargo vendor", "cargo", args, { cwd: folder, attempts: 3 });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(
      `${error.message}\nSee above. If a checksum does not match, what the registry sent is not what build/v8/crates/Cargo.lock ` +
        "pins: do not go on with it. If there is no network, cargo needs one or a mirror ([source] in its config.toml).",
    );
  }
  renameSync(join(folder, "vendoring"), unpacked);
}
