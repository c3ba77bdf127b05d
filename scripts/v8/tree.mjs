// The crate's tree as it is built: with our changes, the hooks, Temporal's headers and ICU's data.
import {
  cpSync,
  copyFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { SetupError } from "../setup/run.mjs";
import { applyChanges } from "./changes.mjs";
import { hashOf } from "./recipe.mjs";
import { recipeFolder, version } from "./version.mjs";

const capi = "third_party/rust/temporal_capi/cpp";

/**
 * @param {string} folder where it is made, if it is not there
 * @param {string} vendor the crates
 */
export function prepareTree(folder, vendor) {
  const stamp = `${hashOf(["version.json", "changes", "hooks", "crates"])}\n`;
  const stampFile = join(folder, ".tree");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  const partial = `${folder}.partial`;
  for (const old of [folder, partial]) rmSync(old, { recursive: true, force: true });
  cpSync(join(vendor, "v8"), partial, { recursive: true });
  checkVersion(join(partial, "v8/include/v8-version.h"));
  applyChanges(join(recipeFolder, "changes"), join(partial, "v8"));
  cpSync(join(recipeFolder, "hooks"), join(partial, "hooks"), { recursive: true });
  cpSync(join(vendor, "temporal_capi/bindings/cpp"), join(partial, capi), { recursive: true });
  writeFileSync(join(partial, "hooks/temporal_stubs.cc"), stubs(join(partial, capi)));
  copyFileSync(join(vendor, "deno_core_icudata/src/icudtl.dat"), join(partial, "icudtl.dat"));
  writeFileSync(join(partial, ".tree"), stamp);
  renameSync(partial, folder);
}

/** @param {string} header */
function checkVersion(header) {
  const text = readFileSync(header, "utf8");
  const parts = ["MAJOR_VERSION", "MINOR_VERSION", "BUILD_NUMBER", "PATCH_LEVEL"];
  const found = parts.map((name) => new RegExp(`define V8_${name} (\\d+)`).exec(text)?.[1]).join(".");
  if (found === version.v8) return;
  throw new SetupError(
    `The crate v8 ${version.crates.v8?.version} has V8 ${found}, but build/v8/version.json says ${version.v8}: ` +
      "correct it, and make the graph again (npm run v8 -- --graph).",
  );
}

/**
 * mksnapshot contains Temporal's builtins and calls none: their Rust is only in the engine.
 * @param {string} folder
 */
function stubs(folder) {
  const names = new Set();
  const headers = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".hpp"));
  for (const file of headers) {
    for (const [name] of readFileSync(join(folder, file), "utf8").matchAll(/\btemporal_rs_\w+(?=\()/g)) names.add(name);
  }
  const lines = [...names].sort().map((name) => `extern "C" void ${name}() { __builtin_trap(); }\n`);
  return lines.join("");
}
