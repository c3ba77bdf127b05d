/** Bundles for guests, by Bun's bundler. */
import { basename, dirname, resolve } from "node:path";
import { ArgumentError, OptionError } from "../contract/errors.ts";
import type { ModuleMap } from "../contract/modules.ts";
import { checkOptionNames } from "../contract/option-names.ts";
import { checkBoolean, checkTexts } from "../contract/option-values.ts";
import { show } from "../contract/show.ts";
import type { BundleProblem } from "./bundle-error.ts";
import { BundleError } from "./bundle-error.ts";
import type { NodePackage } from "./node-modules.ts";
import { nodeModulesPlugin, nodePackages } from "./node-modules.ts";

/** Options of {@link bundleGuest}. */
export interface BundleOptions {
  /**
   * Modules of node that the packages of the same names (`bun add buffer events util`) stand for. All others are refused.
   * @defaultValue none
   */
  nodeModules?: readonly ("buffer" | "events" | "util")[] | undefined;
  /**
   * Names of modules that are left to `modules` of the import.
   * @defaultValue none
   */
  external?: readonly string[] | undefined;
  /**
   * Whether white space, names and syntax are made shorter.
   * @defaultValue false
   */
  minify?: boolean | undefined;
  /**
   * Whether there is a source map, by which errors name places in the bundled files.
   * @defaultValue true
   */
  sourceMap?: boolean | undefined;
}

/** What guests import. */
export interface GuestBundle {
  /** The module's name: `"./main.js"` of the file `main.ts`. */
  readonly entry: string;
  /** It, for `modules`. */
  readonly modules: ModuleMap;
  /** Its size, in UTF-16 code units. */
  readonly length: number;
}

const optionNames = ["nodeModules", "external", "minify", "sourceMap"];

/**
 * Bundles a file with all that it imports, npm packages too, into one ES module for guests. Modules of node and Bun are refused by
 * their names, with what to use instead, unless a package stands for one, or a package that uses one says what browsers get.
 *
 * The files are the host's own: it is the host's bundler that reads them.
 *
 * @param entry - the file's path, relative to the working directory
 * @param options - see {@link BundleOptions}
 * @returns the module, to be imported
 * @throws BundleError
 * @throws ArgumentError, OptionError
 * @example
 * ```ts
 * const { entry, modules } = await bundleGuest("guest/main.ts");
 * const guest = await worker.import<typeof import("./guest/main.ts")>(entry, { modules });
 * ```
 */
export async function bundleGuest(entry: string, options: BundleOptions = {}): Promise<GuestBundle> {
  check(entry, options);
  const { nodeModules = [], external = [], minify = false, sourceMap = true } = options;
  const file = resolve(entry);
  const problems: BundleProblem[] = [];
  const { outputs, logs } = await Bun.build({
    entrypoints: [file],
    target: "browser",
    format: "esm",
    external: [...external],
    minify,
    sourcemap: sourceMap ? "external" : "none",
    define: { "process.env.NODE_ENV": '"production"', "process.env.NODE_DEBUG": "undefined" },
    throw: false,
    // Not in the types: macros would run here, while it is bundled.
    ...{ macros: false },
    plugins: [nodeModulesPlugin(nodeModules, dirname(file), problems)],
  }).catch((error: unknown) => ({ outputs: [], logs: [error as BuildMessage] }));
  const failed = logs.filter(({ level }) => level === undefined || level === "error").map(toProblem);
  const code = outputs.filter(({ kind }) => kind !== "sourcemap");
  if (failed.length === 0 && problems.length === 0 && code.length !== 1) {
    problems.push({ message: `it came to ${code.length} files instead of one: import text and JSON, not files` });
  }
  if (failed.length > 0 || problems.length > 0) throw new BundleError(entry, [...unique(problems), ...failed]);
  const source = (await code[0]!.text()).replace(/\n\/\/# (?:debugId|sourceMappingURL)=.*$/gm, "");
  const map = outputs.find(({ kind }) => kind === "sourcemap");
  const name = `./${basename(file).replace(/\.\w+$/, "")}.js`;
  const module = map ? { source, sourceMap: toMap(await map.text()) } : { source };
  return { entry: name, modules: { [name]: module }, length: source.length };
}

function check(entry: unknown, options: unknown): void {
  if (typeof entry !== "string") {
    throw new ArgumentError(`bundleGuest(): the entry must be a path, but is ${show(entry)}.`);
  }
  checkOptionNames(options, optionNames, "bundleGuest()");
  checkTexts("nodeModules", options.nodeModules, "bundleGuest()");
  checkTexts("external", options.external, "bundleGuest()");
  checkBoolean("minify", options.minify, "bundleGuest()");
  checkBoolean("sourceMap", options.sourceMap, "bundleGuest()");
  const unknown = ((options.nodeModules ?? []) as string[]).find((name) => !nodePackages.includes(name as NodePackage));
  if (unknown !== undefined) {
    throw new OptionError(
      "nodeModules",
      `bundleGuest(): nodeModules: no package stands for ${show(unknown)}. There are: ${nodePackages.join(", ")}.`,
    );
  }
}

function toProblem({ message, position }: BuildMessage | ResolveMessage): BundleProblem {
  if (!position) return { message };
  // Bun counts columns from 1.
  return { message, file: position.file, line: position.line, column: position.column };
}

function unique(problems: readonly BundleProblem[]): BundleProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.file}\n${problem.message}`, problem])).values()];
}

/** The map without the texts of its sources, which Bun calls by their paths from the working directory. */
function toMap(json: string): string {
  const { sources, mappings, version } = JSON.parse(json) as { sources: string[]; mappings: string; version: number };
  return JSON.stringify({ version, sources, names: [], mappings });
}
