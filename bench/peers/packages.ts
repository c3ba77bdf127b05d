/** The peers' packages: pinned in bench/package.json, installed on first use, and never part of the project's own. */
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const bench = fileURLToPath(new URL("..", import.meta.url));
const cache = fileURLToPath(new URL("../../.cache/bench", import.meta.url));

/** Requires a peer's package. */
export function requirePackage<T>(name: string): T {
  return createRequire(join(cache, "package.json"))(name) as T;
}

/** A file of a peer's package, or undefined if it is not installed. */
export function packageFile(path: string): string | undefined {
  const file = join(cache, "node_modules", path);
  return existsSync(file) ? file : undefined;
}

/**
 * Installs the packages unless the installed ones are those of the lock file.
 * @param starting - called if there is something to install
 * @returns undefined, or why they could not be installed
 */
export async function installPackages(starting: () => void): Promise<string | undefined> {
  const lock = readFileSync(join(bench, "package-lock.json"), "utf8");
  const stamp = join(cache, "installed.lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return undefined;
  starting();
  mkdirSync(cache, { recursive: true });
  for (const file of ["package.json", "package-lock.json", ".npmrc"])
    copyFileSync(join(bench, file), join(cache, file));
  try {
    // Every package brings its binaries with it: no install script is needed, so none is run.
    await promisify(execFile)("npm", ["ci", "--ignore-scripts"], { cwd: cache });
  } catch (error) {
    return `npm could not install the peers: ${String((error as { stderr?: string }).stderr ?? error).trim()}`;
  }
  writeFileSync(stamp, lock);
  return undefined;
}
