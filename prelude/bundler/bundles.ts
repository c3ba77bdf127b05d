/** The two parts of the prelude's bundle. */
import type { BunPlugin } from "bun";
import { join, relative } from "node:path";
import type { PreludeModules } from "./modules.ts";

/** Bundles a file that exists only here, in the prelude's folder. */
async function bundle(root: string, entry: string, format: "esm" | "iife", plugins: BunPlugin[]): Promise<string> {
  const path = join(root, "bundle-entry.ts");
  const result = await Bun.build({
    entrypoints: [path],
    files: { [path]: entry },
    target: "browser",
    format,
    sourcemap: "none",
    // Names are kept: they are in the guest's stack traces. Comments go, and constant enums are numbers.
    minify: { whitespace: true, syntax: true, identifiers: false },
    throw: true,
    plugins,
  });
  if (result.logs.length > 0) throw new AggregateError(result.logs, "The bundler has warnings");
  const [output, ...rest] = result.outputs;
  if (output === undefined || rest.length > 0) throw new Error("The bundler made more or less than one file");
  return (await output.text()).trim();
}

/** Statements: what every isolate has, with the names that the lazy part uses. */
export async function bundleEager({ root, shared }: PreludeModules): Promise<string> {
  const exports = [...shared].map(([path, names]) => `export { ${[...names].join(", ")} } from "./${path}";`);
  const text = await bundle(root, ['import "./index.ts";', ...exports].join("\n"), "esm", []);
  const [clause, list] = /export\{([^{}]*)\};?$/.exec(text) ?? [];
  if (clause === undefined) throw new Error("The bundler's output does not end with its exports");
  // The bundler renames what two files define.
  const renamed = list!.split(",").filter((name) => name.includes(" as "));
  const aliases = renamed.map((name) => name.replace(/^(\S+) as (\S+)$/, "const $2=$1;"));
  return text.slice(0, -clause.length) + aliases.join("");
}

/** Statements that call `provideLazyModules({ "./file.ts": load })`. */
export async function bundleLazy({ root, lazyEntries, lazySources }: PreludeModules): Promise<string> {
  const members = lazyEntries.map((path) => `"./${path}": () => require("./${path}"),`);
  const plugin: BunPlugin = {
    name: "lazy modules",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const source = lazySources.get(relative(root, path));
        if (source === undefined) return undefined;
        // The bundler moves classes without side effects out of their modules: this is one that it cannot see through.
        const contents = source.replace(/^(?:export )?(?:abstract )?class [^{]*\{/gm, "$&static{op}");
        // Without imports and exports a file would be a CommonJS module.
        return { loader: "ts", contents: `${contents}\nexport {};` };
      });
    },
  };
  const entry = `provideLazyModules({ ${members.join("\n")} });\nexport {};`;
  return toSkip(retryLoads(await bundle(root, entry, "iife", [plugin])));
}

/**
 * V8 skips functions within one that it compiles, if they were parsed before and are no arrow functions: those it parses
 * each time, with all that is in them. So the bodies of modules are none, nor is what is around them all.
 */
function toSkip(text: string): string {
  const [whole, statements] = /^\(\(\)=>\{(.*)\}\)\(\);?$/s.exec(text) ?? [];
  if (whole === undefined) throw new Error("The bundler's output is not one function that is called");
  return statements!.replaceAll("__esm(()=>{", "__esm(function(){");
}

/**
 * The bundler's lazy modules, made fit for loads that are cut short (see webidl/lazy.ts). Its own helper remembers a
 * failure for good, and takes a module that a termination left half-way for a whole one; here each load tries anew what
 * is not done. The objects of exports that `require` would give are not needed.
 */
function retryLoads(text: string): string {
  const replaceOnly = (from: RegExp, to: string): void => {
    if (text.match(new RegExp(from, "gs"))?.length !== 1)
      throw new Error(`The bundler's output is not as known: ${from}`);
    text = text.replace(from, to);
  };
  const module = "(run,load=0)=>()=>{if(run&&load!==__load)load=__load,run(),run=void 0}";
  replaceOnly(/var __esm=\(fn,res,err\)=>.*?return res\};/s, `var __load=1,__esm=${module};`);
  text = text.replace(/\((init_\w+)\(\),__toCommonJS\(exports_\w+\)\)/g, "(__load++,$1())");
  text = text.replace(/var exports_\w+=\{\};(?:__export\(exports_\w+,\{[^}]*\}\);)?/g, "");
  replaceOnly(/var ?\{defineProperty:__defProp.*?(?=var __load=)/s, "");
  if (/__export|__toCommonJS|__commonJS|\bexports_/.test(text)) throw new Error("The bundler's output has exports");
  return text;
}
