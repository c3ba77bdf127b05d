/** A user's project in which the packed library is installed, and what the compiler says of programs there. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import ts from "typescript";
import { packLibrary } from "../../scripts/pack/pack.ts";
import { root } from "../../scripts/setup/paths.mjs";

export const PACKING_MS = 120_000;
export const CHECKING_MS = 60_000;

export const node16 = { module: "Node16", moduleResolution: "Node16" };
export const nodeNext = { module: "NodeNext", moduleResolution: "NodeNext" };
export const bundler = { module: "Preserve", moduleResolution: "bundler" };
export const dom = ["ESNext", "DOM", "DOM.Iterable"];
/** Whatever can be asked for beyond `strict`. */
export const picky = {
  isolatedModules: true,
  noPropertyAccessFromIndexSignature: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
};

/** What the compiler says of a user's files and of the package's, and which those are. */
export interface Checked {
  readonly errors: readonly string[];
  readonly files: readonly string[];
}

/** The project: gone when disposed of. */
export class TypedProject implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "network-runtime-types-"));
  /** By path and by how a file is parsed: most are the same under many configurations. */
  readonly #parsed = new Map<string, ts.SourceFile | undefined>();
  readonly path = join(this.#folder, "project");

  /** Packs and installs the library, with the types of other platforms beside it. */
  async install(): Promise<void> {
    mkdirSync(join(this.path, "engine"), { recursive: true });
    const library = await packLibrary(join(this.#folder, "out"));
    // Stands in for the engine's package, which types have nothing to do with.
    const name = "@network-runtime/linux-x64-gnu";
    writeFileSync(join(this.path, "engine/package.json"), JSON.stringify({ name, version: "0.0.0" }));
    const manifest = { private: true, type: "module", overrides: { [name]: "file:./engine" } };
    writeFileSync(join(this.path, "package.json"), JSON.stringify(manifest));
    const env = {
      PATH: dirname(process.execPath),
      HOME: this.#folder,
      TMPDIR: this.#folder,
      BUN_INSTALL_CACHE_DIR: join(this.#folder, "bun-cache"),
      BUN_CONFIG_REGISTRY: "http://127.0.0.1:9/",
    };
    const added = Bun.spawnSync([process.execPath, "add", library], { cwd: this.path, env, stdin: "ignore" });
    if (added.exitCode !== 0) throw new Error(`bun add failed: ${added.stderr}`);
    const modules = join(this.path, "node_modules");
    mkdirSync(join(modules, "@types"), { recursive: true });
    for (const other of ["bun-types", "undici-types", "@types/node"]) {
      symlinkSync(join(root, "node_modules", other), join(modules, other));
    }
  }

  /**
   * Checks files in the project.
   *
   * @param texts - the files, by name
   * @param json - compiler options as in a tsconfig.json, beside `strict`, `noEmit` and `skipLibCheck: false`; with `extends`
   */
  check(texts: Readonly<Record<string, string>>, json: Readonly<Record<string, unknown>>): Checked {
    const { extends: base, ...compilerOptions } = json;
    const given = { target: "ESNext", strict: true, noEmit: true, skipLibCheck: false, ...compilerOptions };
    const config = {
      compilerOptions: given,
      files: Object.keys(texts),
      ...(base === undefined ? {} : { extends: base }),
    };
    const paths = Object.entries(texts).map(([name, text]) => {
      const path = join(this.path, name);
      writeFileSync(path, text);
      return path;
    });
    const { options, errors } = ts.parseJsonConfigFileContent(config, ts.sys, this.path);
    if (errors.length > 0) throw new Error(`bad options: ${errors.map((error) => textOf(error)).join()}`);
    const program = ts.createProgram(paths, options, this.#host(options, paths));
    const ours = program.getSourceFiles().filter(({ fileName }) => fileName.includes("/node_modules/network-runtime/"));
    const looked = [...ours, ...paths.map((path) => program.getSourceFile(path)!)];
    const diagnostics = [
      ...[...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()],
      ...looked.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
      ...(options.noEmit ? [] : program.emit(undefined, () => {}).diagnostics),
    ];
    return { errors: diagnostics.map(textOf), files: ours.map(({ fileName }) => fileName) };
  }

  #host(options: ts.CompilerOptions, paths: readonly string[]): ts.CompilerHost {
    const host = ts.createCompilerHost(options);
    const { getSourceFile } = host;
    host.getCurrentDirectory = () => this.path;
    host.getSourceFile = (path, how, ...rest) => {
      if (paths.includes(path)) return getSourceFile(path, how, ...rest);
      const key = JSON.stringify([path, how, options.moduleDetection, options.isolatedModules]);
      if (!this.#parsed.has(key)) this.#parsed.set(key, getSourceFile(path, how, ...rest));
      return this.#parsed.get(key);
    };
    return host;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function textOf({ file, start, messageText }: ts.Diagnostic): string {
  const place = file ? `${basename(file.fileName)}:${file.getLineAndCharacterOfPosition(start ?? 0).line + 1}` : "";
  return `${place} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
}
