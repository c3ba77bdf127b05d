/**
 * Bundles the prelude: `bun prelude/build.ts OUT.js` writes the body of `function (op) { … }`.
 *
 * The same sources give the same bytes. A warning, an import that cannot be resolved, and a use of what would be baked
 * in for all isolates alike (dates, random numbers) fail the build. Types are checked by `tsc -p prelude`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleEager, bundleLazy } from "./bundler/bundles.ts";
import { readModules } from "./bundler/modules.ts";

const softLimitBytes = 400 * 1024;

/** The bundle may leave nothing to a module loader, to the time of the build or to chance, and V8 keeps it as ASCII. */
function check(text: string): void {
  for (const forbidden of [/\bimport\s*\(/, /\brequire\s*\(/, /\bMath\.random\b/, /\bDate\b/, /[^\0-\x7f]/]) {
    if (forbidden.test(text)) throw new Error(`The bundle contains ${forbidden.source}`);
  }
  if (text.length > softLimitBytes) throw new Error(`The bundle has ${text.length} bytes, over ${softLimitBytes}`);
  // Compiles it, without running it.
  new Function("op", text);
}

const [out, ...extra] = process.argv.slice(2);
if (out === undefined || extra.length > 0) {
  console.error("usage: bun prelude/build.ts OUT.js");
  process.exit(2);
}
const modules = readModules(import.meta.dir, (path) => readFileSync(join(import.meta.dir, path), "utf8"));
const lazy = await bundleLazy(modules);
const eager = await bundleEager(modules);
// What is loaded lazily is a function that few isolates call, within the scope of what it uses.
const body = `"use strict";(function(){function lazyModules(provideLazyModules){${lazy}}${eager}})();\n`;
check(body);
writeFileSync(out, body);
