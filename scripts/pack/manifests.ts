/** A package.json, as far as packing looks into it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly exports: Readonly<Record<string, string | Entry>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** One of a manifest's exports. */
interface Entry {
  readonly types: string;
  /** Absent where there are types only. */
  readonly default?: string;
}

const ENGINE_NAME = "@network-runtime/linux-x64-gnu";
/** What whoever hands the engine on must hand on with it. */
export const LEGAL_FILES = ["LICENSE", "THIRD-PARTY-NOTICES.md"];
/** Only of use in a clone. */
const CLONE_ONLY = ["scripts", "devDependencies", "allowScripts"];

/**
 * What users get as the library's package.json. The engine is named only here: in a clone it is built, not installed,
 * and `npm ci` must not look for it.
 */
export function libraryPackage(manifest: Manifest): Manifest {
  const kept = Object.fromEntries(
    Object.entries(manifest).filter(([field]) => !CLONE_ONLY.includes(field)),
  ) as Manifest;
  const entries = Object.entries(kept.exports).map(([name, entry]) => [name, compiled(entry)]);
  const commands = Object.entries(kept.bin ?? {}).map(([name, path]) => [name, path.replace(/\.ts$/, ".js")]);
  return {
    ...kept,
    exports: Object.fromEntries(entries) as Manifest["exports"],
    bin: Object.fromEntries(commands) as Manifest["bin"],
    optionalDependencies: { [ENGINE_NAME]: manifest.version },
  };
}

/** An entry as it is packed: declarations and JavaScript. */
function compiled(entry: string | Entry): string | Entry {
  if (typeof entry === "string") return entry;
  const types = entry.types.replace(/(?<!\.d)\.ts$/, ".d.ts");
  return entry.default === undefined ? { types } : { types, default: entry.default.replace(/\.ts$/, ".js") };
}

/** The engine's package for one platform: its package.json and the files it is made of besides the engine itself. */
export function enginePackage(manifest: Manifest): { manifest: Manifest; files: Record<string, string> } {
  return {
    manifest: {
      name: ENGINE_NAME,
      version: manifest.version,
      description: "The engine of network-runtime for Linux on x64 with glibc 2.31 or newer",
      license: manifest.license,
      type: "module",
      exports: {
        ".": { types: "./index.d.ts", default: "./index.js" },
        "./libnetwork_runtime.so": "./libnetwork_runtime.so",
        "./package.json": "./package.json",
      },
      files: ["index.js", "index.d.ts", "libnetwork_runtime.so", "README.md", ...LEGAL_FILES],
      os: ["linux"],
      cpu: ["x64"],
      libc: ["glibc"],
    },
    files: {
      // The attribute makes `bun build --compile` put the engine into the executable.
      "index.js": `import file from "./libnetwork_runtime.so" with { type: "file" };\n\nexport default file;\n`,
      "index.d.ts": `/** Path of the engine, a shared library. */\ndeclare const file: string;\nexport default file;\n`,
      "README.md": `# ${ENGINE_NAME}\n\nThe engine of \`network-runtime\`. It is installed by that package; do not import it.\n`,
    },
  };
}
