/** Modules of node in what is bundled: refused, brought as packages on request, or what a package has of its own for browsers. */
import type { BunPlugin } from "bun";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { insteadOfBuiltin } from "../modules/builtins.ts";
import type { BundleProblem } from "./bundle-error.ts";

/** Those that there are packages of, which need no system: the packages' names are theirs. */
export const nodePackages = ["buffer", "events", "util"] as const;

/** One of them. */
export type NodePackage = (typeof nodePackages)[number];

interface Manifest {
  readonly main?: string;
  readonly browser?: unknown;
}

/**
 * @param wanted - those to bring
 * @param folder - in which packages are looked for
 * @param problems - what is refused goes there
 */
export function nodeModulesPlugin(
  wanted: readonly NodePackage[],
  folder: string,
  problems: BundleProblem[],
): BunPlugin {
  return {
    name: "modules of node",
    setup(build) {
      build.onResolve({ filter: /^[@\w]/ }, ({ path, importer }) => {
        const instead = insteadOfBuiltin(path);
        if (instead === undefined) return undefined;
        const name = path.replace(/^node:/, "");
        const found = wanted.includes(name as NodePackage) ? findPackage(name, folder) : undefined;
        if (found !== undefined) return { path: found };
        // The package itself says what browsers get.
        if (hasOwnOfBrowsers(name, importer)) return undefined;
        const missing = wanted.includes(name as NodePackage) ? `; the package is not installed: bun add ${name}` : "";
        problems.push({ message: `guests have no ${JSON.stringify(path)}: ${instead}${missing}`, file: importer });
        return { path: name, namespace: REFUSED };
      });
      build.onLoad({ filter: /.*/, namespace: REFUSED }, () => ({ contents: "module.exports = {};", loader: "js" }));
    },
  };
}

const REFUSED = "network-runtime-refused";

function findPackage(name: string, folder: string): string | undefined {
  for (const from of [folder, import.meta.dir]) {
    try {
      const manifest = Bun.resolveSync(`${name}/package.json`, from);
      const { main = "index.js" } = JSON.parse(readFileSync(manifest, "utf8")) as Manifest;
      return Bun.resolveSync(join(dirname(manifest), main), from);
    } catch {
      // Not there.
    }
  }
  return undefined;
}

function hasOwnOfBrowsers(name: string, importer: string): boolean {
  for (let folder = dirname(importer); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (!existsSync(file)) continue;
    const { browser } = JSON.parse(readFileSync(file, "utf8")) as Manifest;
    return (
      typeof browser === "object" &&
      browser !== null &&
      (Object.hasOwn(browser, name) || Object.hasOwn(browser, `node:${name}`))
    );
  }
  return false;
}
