import { $, Glob } from "bun";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import ts from "typescript";
import { root } from "../setup/paths.mjs";
import { publicDeclarations } from "./declarations.ts";

const ENTRIES = ["index.d.ts", "bundle/index.d.ts", "net/index.d.ts"];

/**
 * Writes lib/ as users get it: JavaScript, so that no tsconfig.json of theirs has a say in how it is translated, and
 * declarations of what is public, so that none has a say in how it is checked.
 *
 * @param scratch - an empty folder for what comes before
 */
export async function compileLibrary(out: string, scratch: string): Promise<void> {
  await $`${join(root, "node_modules/.bin/tsc")} --project ${join(root, "scripts/pack/tsconfig.json")} --outDir ${scratch}`;
  const lib = join(scratch, "lib");
  const declarations = new Map<string, string>();
  for (const path of new Glob("**/*.{js,d.ts}").scanSync(lib)) {
    const text = await Bun.file(join(lib, path)).text();
    if (path.endsWith(".d.ts")) declarations.set(path, text);
    else await write(join(out, path), text);
  }
  for (const [path, text] of publicDeclarations(declarations, ENTRIES)) {
    await write(join(out, path), withCompiledImports(text));
  }
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await Bun.write(path, text);
}

/** `./x.js` means `./x.d.ts` to every resolution there is. The compiler does this for code, not for declarations. */
function withCompiledImports(text: string): string {
  let result = text;
  // Positions of what comes first stay right.
  for (const { fileName, pos } of ts.preProcessFile(text).importedFiles.toReversed()) {
    if (!/^\.\.?\/.*\.ts$/.test(fileName)) continue;
    result = `${result.slice(0, pos)}"${fileName.replace(/\.ts$/, ".js")}"${result.slice(pos + fileName.length + 2)}`;
  }
  return result;
}
