/** A guest's program, wherever it is, and how it is run. */
import { basename, dirname, extname, resolve } from "node:path";
import { statSync } from "node:fs";
import { EvaluationError, moduleDirectory, type Isolate, type Modules } from "../../index.ts";
import type { GuestCommand } from "../line/guest-arguments.ts";
import { UsageError } from "../line/usage.ts";

type Language = NonNullable<GuestCommand["language"]>;

/** A program that has been read. */
export interface Source {
  readonly text: string;
  readonly filename: string;
  readonly language: Language;
  /** The module it is, if it turns out to be one. */
  module(): Promise<{ readonly entry: string; readonly modules: Modules }>;
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".jsx": "jsx",
};

/** @throws UsageError if there is no such file */
export async function readSource({ kind, what, language, bundle }: GuestCommand): Promise<Source> {
  if (what === "-" || kind === "eval") {
    const text = what === "-" ? await Bun.stdin.text() : what;
    const named = language ?? "js";
    const filename = `${what === "-" ? "stdin" : "eval"}.${named}`;
    const entry = `./${filename}`;
    return { text, filename, language: named, module: async () => ({ entry, modules: { [entry]: text } }) };
  }
  const path = resolve(what);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(`there is no guest ${what} (looked at ${path})`);
  }
  return {
    text: await Bun.file(path).text(),
    filename: what,
    language: language ?? LANGUAGES[extname(path)] ?? "js",
    module: () => (bundle ? bundled(path) : directory(path)),
  };
}

async function bundled(path: string): Promise<{ entry: string; modules: Modules }> {
  const { bundleGuest } = await import("../../bundle/index.ts");
  return bundleGuest(path, { nodeModules: ["buffer", "events", "util"] });
}

/** Its imports are found in its own folder and below, and nowhere else. */
async function directory(path: string): Promise<{ entry: string; modules: Modules }> {
  return { entry: `./${basename(path)}`, modules: moduleDirectory(dirname(path)) };
}

/** Runs a script, whose value is that of its last expression. */
export function runScript(isolate: Isolate, source: Source, args: object): Promise<unknown> {
  const { text, filename, language } = source;
  return isolate.evaluate<unknown>(text, { args, filename, language });
}

/** Runs a module, whose value is its default export: called with the args, if it is a function. */
export async function runModule(isolate: Isolate, source: Source, args: object): Promise<unknown> {
  const { entry, modules } = await source.module();
  const exports: { default?: unknown } = await isolate.import(entry, { modules });
  const value = exports.default;
  return typeof value === "function" ? (value as (args: object) => Promise<unknown>)(args) : value;
}

/** Whether a script could not be read as one because it is a module. Nothing of it has run. */
export function isModule(error: unknown): boolean {
  if (!(error instanceof EvaluationError) || error.guest.name !== "SyntaxError") return false;
  const { message, stack = "" } = error.guest;
  return /outside a module$|^Unexpected token 'export'$/.test(message) && !stack.includes("\n    at ");
}
