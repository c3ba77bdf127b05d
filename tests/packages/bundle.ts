/** Modules of plain functions, bundled with the npm packages they use, so that a guest can be asked to run them. */
import { Glob } from "bun";
import { basename, join } from "node:path";

/**
 * Bundles every module of a folder into a script of its own, which answers the host's requests: one method for each
 * function that the module exports.
 *
 * @param folder - the absolute path of a folder of TypeScript modules
 * @param only - names of modules, without their ending; all of them unless given
 * @returns the scripts by their modules' names
 */
export async function bundleFolder(folder: string, only?: readonly string[]): Promise<Map<string, string>> {
  const names = only ?? [...new Glob("*.ts").scanSync(folder)].map((file) => basename(file, ".ts"));
  const entries = names.map((name) => ({ name, path: join(folder, `${name}.entry.ts`) }));
  const files = Object.fromEntries(
    entries.map(({ name, path }) => [
      path,
      `import * as functions from ${JSON.stringify(`./${name}.ts`)};
       for (const [name, answer] of Object.entries(functions)) NETWORK.onRequest(name, answer);`,
    ]),
  );
  const { outputs } = await Bun.build({
    entrypoints: entries.map(({ path }) => path),
    files,
    target: "browser",
    format: "iife",
    // As users would bundle for a browser; packages look at it.
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const scripts = new Map<string, string>();
  for (const output of outputs) {
    const name = basename(output.path, ".entry.js");
    if (names.includes(name)) scripts.set(name, await output.text());
  }
  return scripts;
}
