import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup/paths.mjs";

/** Everything that V8 is made by. */
export const recipeFolder = join(root, "build/v8");

/**
 * The one place that names versions.
 * @type {{
 *   v8: string,
 *   icu: number,
 *   wireFormat: number,
 *   crates: Record<string, { version: string, checksum: string }>,
 * }}
 */
export const version = JSON.parse(readFileSync(join(recipeFolder, "version.json"), "utf8"));

/** The scripts that make it. */
export const scriptsFolder = join(root, "scripts/v8");
