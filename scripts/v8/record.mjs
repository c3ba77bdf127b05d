// build/v8/TARGET.json: what the packed archive beside it is, and what those who include its headers have to define.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../setup/sha256.mjs";
import { changesHash, recipeHash } from "./recipe.mjs";
import { recipeFolder, version } from "./version.mjs";

/** @param {string} name of the target */
export const archiveFile = (name) => join(recipeFolder, `${name}.tar.xz`);
/** @param {string} name of the target */
export const recordFile = (name) => join(recipeFolder, `${name}.json`);

/**
 * @param {string} name
 * @param {import("./targets.mjs").Target} target
 * @param {import("./build.mjs").Build} build
 */
export async function writeRecord(name, target, build) {
  const graph = JSON.parse(readFileSync(join(recipeFolder, target.graph), "utf8"));
  const library = join(build.out, "lib/libv8.a");
  const record = {
    ...version,
    target: name,
    triple: target.triple,
    recipe: recipeHash(),
    changes: changesHash(),
    archive: { sha256: await sha256(build.packed), size: statSync(build.packed).size },
    library: { sha256: await sha256(library), size: statSync(library).size },
    includes: ["include", "include/v8", "include/v8/include"],
    defines: graph.defines,
  };
  writeFileSync(recordFile(name), `${JSON.stringify(record, undefined, 2)}\n`);
}
