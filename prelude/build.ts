/**
 * Bundles the prelude: `bun prelude/build.ts OUT.js` writes the body of `function (op) { … }`.
 *
 * The same sources give the same bytes. A warning, an import that cannot be resolved, and a use of what would be baked
 * in for all isolates alike (dates, random numbers) fail the build. Types are checked by `tsc -p prelude`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const softLimitBytes = 384 * 1024;

async function bundle(entry: string): Promise<string> {
  const result = await Bun.build({
    entrypoints: [entry],
    target: "browser",
    format: "iife",
    sourcemap: "none",
    // Names are kept: they are in the guest's stack traces. Comments go, and constant enums are numbers.
    minify: { whitespace: true, syntax: true, identifiers: false },
    throw: true,
  });
  if (result.logs.length > 0) throw new AggregateError(result.logs, "The bundler has warnings");
  const [output, ...rest] = result.outputs;
  if (output === undefined || rest.length > 0) throw new Error("The bundler made more or less than one file");
  return output.text();
}

/** The bundle may leave nothing to a module loader, to the time of the build or to chance. */
function check(text: string): void {
  for (const forbidden of [/\bimport\s*\(/, /\brequire\s*\(/, /\bMath\.random\b/, /\bDate\b/]) {
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
const body = `"use strict";\n${(await bundle(join(import.meta.dir, "index.ts"))).trim()}\n`;
check(body);
writeFileSync(out, body);
