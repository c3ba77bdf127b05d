import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { run, timed } from "./run.mjs";

/** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean }>} Packages */

/** Installs what package-lock.json says, unless exactly that is installed. */
export async function ensureNpmPackages() {
  if (installed()) return;
  await timed("npm packages (npm ci)", () => run("npm ci", "npm", ["ci"], { cwd: root, attempts: 3 }));
}

/** npm leaves a record of what it installed: compared with the lock file, it needs no stamp of ours. */
function installed() {
  const wanted = packagesOf(join(root, "package-lock.json"));
  const present = packagesOf(join(root, "node_modules/.package-lock.json"));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([path, want]) => {
    if (path === "") return true;
    const have = present[path];
    if (have === undefined) return want.optional === true;
    return have.version === want.version && have.integrity === want.integrity && existsSync(join(root, path));
  });
}

/**
 * @param {string} file
 * @returns {Packages | undefined}
 */
function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : undefined;
}
