/** The text that a guest gets for a module: JavaScript, JSON or plain text. */
import { ModuleNotFoundError, ModuleSourceError } from "../contract/errors.ts";
import type { ModuleContext, ModuleLanguage, ModuleSource } from "../contract/modules.ts";
import { insteadOfBuiltin } from "./builtins.ts";
import { languageOf } from "./languages.ts";
import { mapText } from "./map-text.ts";
import { nameOf } from "./names.ts";
import type { ModuleSources } from "./sources.ts";
import { transpile, transpileBody } from "./transpile.ts";

/** What the guest's platform makes of a text. */
export type Format = "js" | "json" | "text";

/** A text for a guest. */
export interface ModuleText {
  readonly format: Format;
  readonly text: string;
  /** Of code: what was written. */
  readonly written?: Written;
}

/** Code as its author wrote it. */
interface Written {
  readonly text: string;
  readonly language: CodeLanguage;
  /** JSON. */
  readonly sourceMap: string | undefined;
}

/** What is code. */
export type CodeLanguage = Exclude<ModuleLanguage, "json" | "text">;

/** A module that a guest asks for. What it says is untrusted. */
export interface Wanted {
  readonly url: string;
  readonly type: "json" | "text" | undefined;
  readonly specifier: string;
  /** The URL of the module that imports it; undefined: none does. */
  readonly referrer: string | undefined;
  /** Where in that, from 1; 0: unknown. */
  readonly line: number;
  readonly column: number;
}

/**
 * @param sources - undefined: nobody has given any
 * @param allows - whether a text may be transpiled
 * @throws ModuleNotFoundError, ModuleSourceError, SyntaxProblem
 */
export async function textOf(
  wanted: Wanted,
  sources: ModuleSources | undefined,
  toSignal: () => ModuleContext["signal"],
  allows: (text: string, language: ModuleLanguage) => boolean,
): Promise<ModuleText> {
  const { url, type, specifier, referrer } = wanted;
  const name = nameOf(url);
  const context = new Context(specifier, referrer === undefined ? undefined : nameOf(referrer), type, toSignal);
  const found = await find(sources, url, name, context);
  if (!found) throw notFound(wanted, sources);
  if (!allows(found.source, type ?? found.language ?? languageOf(name))) {
    throw new ModuleSourceError(name, "too much was transpiled for the isolate, of what it asks for again and again");
  }
  return toText(found, name, type);
}

/** @throws SyntaxProblem */
function toText(found: ModuleSource, name: string, type: Wanted["type"]): ModuleText {
  const language = type ?? found.language ?? languageOf(name);
  const { source, sourceMap } = found;
  if (language === "json" || language === "text") return { format: language, text: source };
  const written = { text: source, language, sourceMap: mapText(sourceMap) };
  return { format: "js", text: toJavaScript(source, language), written };
}

/**
 * Texts that can be given to a guest before it asks for them.
 *
 * @param lengthMax - of all of them, as they were written; if they are more, none are given
 * @returns by their URLs
 */
export function textsToGive(
  sources: ModuleSources | undefined,
  lengthMax: number,
): readonly (readonly [string, ModuleText])[] {
  const given = [...(sources?.first ?? [])].map(
    ([url, value]) => [url, typeof value === "string" ? { source: value } : value] as const,
  );
  if (given.reduce((length, [, { source }]) => length + source.length, 0) > lengthMax) return [];
  return given.flatMap(([url, source]) => {
    try {
      return [[url, toText(source, nameOf(url), undefined)] as const];
    } catch {
      // Who asks for it is told what is wrong with it.
      return [];
    }
  });
}

/** @throws SyntaxProblem */
export function toJavaScript(text: string, language: CodeLanguage, isBody = false): string {
  return language === "js" ? text : isBody ? transpileBody(text, language) : transpile(text, language);
}

/** What a resolver is told. Most never look at the signal, so it is made on demand. */
class Context implements ModuleContext {
  readonly specifier: string;
  readonly referrer: string | undefined;
  readonly type: ModuleContext["type"];
  readonly #toSignal: () => ModuleContext["signal"];

  constructor(
    specifier: string,
    referrer: string | undefined,
    type: ModuleContext["type"],
    toSignal: () => ModuleContext["signal"],
  ) {
    this.specifier = specifier;
    this.referrer = referrer;
    this.type = type;
    this.#toSignal = toSignal;
  }

  get signal(): ModuleContext["signal"] {
    return this.#toSignal();
  }
}

async function find(
  sources: ModuleSources | undefined,
  url: string,
  name: string,
  context: ModuleContext,
): ReturnType<ModuleSources["find"]> {
  try {
    return await sources?.find(url, context);
  } catch (error) {
    if (error instanceof ModuleSourceError) throw error;
    throw new ModuleSourceError(name, "its resolver threw", { cause: error });
  }
}

function notFound(
  { url, specifier, referrer, line, column }: Wanted,
  sources: ModuleSources | undefined,
): ModuleNotFoundError {
  const place = line > 0 ? `:${line}:${column}` : "";
  return new ModuleNotFoundError(specifier, referrer, place, hintOf(url, specifier, sources));
}

function hintOf(url: string, specifier: string, sources: ModuleSources | undefined): string {
  const instead = insteadOfBuiltin(specifier);
  if (instead !== undefined) return `: guests have no modules of node or Bun; ${instead}.`;
  if (!sources) return ": no modules were given. Give some: import(entry, { modules }).";
  const nearest = sources.nearest(url);
  return nearest === undefined ? "." : `; did you mean ${JSON.stringify(nearest)}?`;
}
