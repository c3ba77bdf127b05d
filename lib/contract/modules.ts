/** Modules of guests: where their text comes from, and what the host has of them. */
import type { Untyped } from "./events.ts";
import type { PlatformAbortSignal } from "./platform.ts";

/** What a module's text is written in: `"json"` and `"text"` are values, the default exports of their modules. */
export type ModuleLanguage = "js" | "jsx" | "ts" | "tsx" | "json" | "text";

/** All of them. */
export const moduleLanguages: readonly ModuleLanguage[] = ["js", "jsx", "ts", "tsx", "json", "text"];

/** A module's text, and what is known of it. */
export interface ModuleSource {
  /** The text. */
  readonly source: string;
  /**
   * What it is written in.
   * @defaultValue what the name's extension says (`.ts`, `.mts`, `.tsx`, `.jsx`, `.json`, `.txt`, `.md`, `.html`, …), else `"js"`
   */
  readonly language?: ModuleLanguage | undefined;
  /**
   * The source map of JavaScript, as JSON or as an object.
   * @defaultValue the one in its last line (`//# sourceMappingURL=data:…`), if it has one
   */
  readonly sourceMap?: string | object | undefined;
}

/** What a resolver is told besides the name. Of what a guest's code says: untrusted. */
export interface ModuleContext {
  /** As it is written in the import. */
  readonly specifier: string;
  /** The name of the module that imports it; undefined: none, but a script or the host. */
  readonly referrer: string | undefined;
  /** The import's attribute `type`, if it has one. */
  readonly type: "json" | "text" | undefined;
  /** Aborted when nobody waits for the module any more: the import was given up, or the isolate ended. */
  readonly signal: PlatformAbortSignal;
}

/** What a resolver finds: text, text and what is known of it, or nothing. */
export type FoundModule = string | ModuleSource | null | undefined;

/**
 * Finds modules by name: `"./lib/a.ts"` for what is below the root, `"lodash"` for a bare name, else a URL.
 * @param name - the module's name, normalised: without `.` and `..` but the first
 * @param context - who asks
 * @returns the module; null or undefined: there is none
 */
export type ModuleResolver = (name: string, context: ModuleContext) => FoundModule | Promise<FoundModule>;

/** Modules by name: `{ "./main.ts": "…", "lodash": "…" }`. */
export type ModuleMap = Readonly<Record<string, string | ModuleSource>>;

/** Where modules are found: a map, a resolver such as that of `moduleDirectory`, or several, of which the first that has it counts. */
export type Modules = ModuleMap | ModuleResolver | readonly (ModuleMap | ModuleResolver)[];

/**
 * A module's exports as the host has them: its functions to be called, everything else as it was when the import was done,
 * copied. An AbortSignal behind the arguments gives the call up.
 *
 * @typeParam Module - the module, as in `typeof import("./guest")`
 */
export type Imported<Module> = 0 extends 1 & Module
  ? { readonly [name: string]: Untyped }
  : {
      readonly [Name in keyof Module]: Module[Name] extends (...args: infer Arguments) => infer Result
        ? (...args: [...Arguments, signal?: PlatformAbortSignal]) => Promise<Awaited<Result>>
        : Module[Name];
    };
