import { $, Glob } from "bun";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import ts from "typescript";
import { bundlePage } from "../../lib/dashboard/bundle-page.ts";
import { root } from "../setup/paths.mjs";
import { publicDeclarations } from "./declarations.ts";

/** Files that are nothing but a package of others, with the folders of what goes into them. */
const BUNDLED = [{ path: "source-maps/trace-mapping.js", from: ["trace-mapping", "sourcemap-codec", "resolve-uri"] }];

/** The subpaths of the package besides its entry. */
const SUBPATHS = "ai bundle codemode mcp net opentelemetry pool prometheus run tanstack".split(" ");
/** Declarations that are written, not compiled: those of globals. */
const DECLARED = ["guest/index.d.ts", "guest/network.d.ts"];
const ENTRIES = ["index.d.ts", ...SUBPATHS.map((name) => `${name}/index.d.ts`), ...DECLARED];

/** What is made of the dashboard's page, in place of what makes it. */
const PAGE = "dashboard/assets.js";
const PAGE_MAKER = "dashboard/bundle-page.js";

const typescriptLicense = join(root, "node_modules/typescript/LICENSE.txt");

/** Files that users get as they are. */
const AS_WRITTEN = ["guest/additions.d.ts", "guest/language.d.ts", "guest/platform.d.ts", "guest/tsconfig.json"];

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
  await write(join(out, PAGE), await pageModule());
  await rm(join(out, PAGE_MAKER));
  for (const path of DECLARED) declarations.set(path, await Bun.file(join(root, "lib", path)).text());
  for (const path of AS_WRITTEN) await write(join(out, path), await Bun.file(join(root, "lib", path)).text());
  // What guests' types are made of.
  await write(join(out, "guest/LICENSE-TypeScript.txt"), await Bun.file(typescriptLicense).text());
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

/** The dashboard's page as a module, with the package that draws its curves. */
async function pageModule(): Promise<string> {
  const assets = await bundlePage(join(root, "lib/dashboard/page"));
  const license = await Bun.file(join(root, "node_modules/uplot/LICENSE")).text();
  return `/*\nuplot\n\n${license}*/\nconst assets = ${JSON.stringify(assets)};\n\nexport const loadAssets = async () => assets;\n`;
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
