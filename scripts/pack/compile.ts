import { $, Glob } from "bun";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import ts from "typescript";
import { root } from "../setup/paths.mjs";
import { publicDeclarations } from "./declarations.ts";

/** Files that are nothing but a package of others, with the folders of what goes into them. */
const BUNDLED = [{ path: "source-maps/trace-mapping.js", from: ["trace-mapping", "sourcemap-codec", "resolve-uri"] }];

const ENTRIES = ["index.d.ts", "bundle/index.d.ts", "net/index.d.ts", "pool/index.d.ts", "run/index.d.ts"];

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
  for (const { path, from } of BUNDLED) await write(join(out, path), await bundle(join(lib, path), from));
  for (const [path, text] of publicDeclarations(declarations, ENTRIES)) {
    await write(join(out, path), withCompiledImports(text));
  }
}

/** Puts packages into a file, so that users install nothing but ours. */
async function bundle(path: string, packages: readonly string[]): Promise<string> {
  const licenses = packages.map((name) => Bun.file(join(root, "node_modules/@jridgewell", name, "LICENSE")).text());
  const banner = (await Promise.all(licenses)).map((text, index) => `@jridgewell/${packages[index]}\n\n${text}`);
  const { outputs } = await Bun.build({ entrypoints: [path], target: "bun", format: "esm", throw: true });
  return `/*\n${banner.join("\n")}*/\n${await outputs[0]!.text()}`;
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
