/**
 * The modules that an isolate has: one for a URL and a type. https://html.spec.whatwg.org/multipage/webappapis.html#module-map
 */
import { Op } from "../core/engine.ts";
import { JSONParse, NativeSyntaxError, ObjectHasOwn, SafeMap, isArray, newList } from "../core/primordials.ts";
import { resolveName } from "./names.ts";

/** What a module imports. */
export interface Dependency {
  readonly specifier: string;
  readonly url: string;
  readonly type: string;
  /** Where, from 1. */
  readonly line: number;
  readonly column: number;
  /** What keeps it from being looked for. */
  readonly error: unknown;
}

/** A module with what it leads to, once that is known. */
export class Module {
  /** The engine's number. */
  readonly id: number;
  readonly url: string;
  /** Whose sources its own imports are looked for in. */
  readonly loader: number;
  readonly dependencies: readonly Dependency[];
  /** In their order; undefined: not looked for, or not all found. */
  imported: readonly Module[] | undefined = undefined;
  /** How many names it exports of other modules, and whether all of some. */
  readonly named: number;
  readonly hasStar: boolean;
  /** See depth.ts; 0: not known. */
  levels = 0;
  hops = 0;
  /** Whether it is linked, with all that it leads to. */
  linked = false;

  constructor(
    id: number,
    url: string,
    loader: number,
    dependencies: readonly Dependency[],
    named: number,
    hasStar: boolean,
  ) {
    this.named = named;
    this.hasStar = hasStar;
    this.id = id;
    this.url = url;
    this.loader = loader;
    this.dependencies = dependencies;
  }
}

/** Made with the first module: a snapshot keeps no maps. */
let modules: SafeMap<string, Module> | undefined;
/** By the engine's number. */
let byId: SafeMap<number, Module> | undefined;

/** @param type - of the attribute; "": none */
export function keyOf(url: string, type: string): string {
  return `${type} ${url}`;
}

export function findModule(key: string): Module | undefined {
  return modules?.get(key);
}

export function moduleOf(id: number): Module | undefined {
  return byId?.get(id);
}

/** The attributes that a request has. @throws TypeError, SyntaxError */
export function typeOf(attributes: unknown, specifier: string): string {
  if (attributes === undefined) return "";
  if (isArray(attributes)) {
    throw new NativeSyntaxError(`Import attribute '${attributes[0] as string}' of '${specifier}' is not supported`);
  }
  if (attributes === "json" || attributes === "text") return attributes;
  throw new NativeSyntaxError(`Import attribute type '${attributes as string}' of '${specifier}' is not supported`);
}

function dependencyOf(described: readonly unknown[], at: number, base: string): Dependency {
  const specifier = described[at] as string;
  let url = "";
  let type = "";
  let error: unknown;
  try {
    type = typeOf(described[at + 1], specifier);
    url = resolveName(specifier, base);
  } catch (thrown) {
    error = thrown;
  }
  return { specifier, url, type, line: described[at + 2] as number, column: described[at + 3] as number, error };
}

function compile(url: string, text: string | number, loader: number): Module {
  const described = op(Op.ModuleCompile, url, text);
  const dependencies = newList<Dependency>();
  for (let at = 3; at < described.length; at += 4) {
    dependencies[dependencies.length] = dependencyOf(described, at, url);
  }
  return new Module(described[0] as number, url, loader, dependencies, described[1] as number, described[2] as boolean);
}

function wrap(url: string, value: unknown, loader: number): Module {
  return new Module(op(Op.ModuleWrap, url, value), url, loader, newList(), 0, false);
}

function parse(url: string, text: string): unknown {
  try {
    return JSONParse(text);
  } catch (error) {
    const message = ObjectHasOwn(error as object, "message") ? (error as Error).message : "";
    throw new NativeSyntaxError(`${url} is no JSON: ${message}`);
  }
}

/**
 * Makes a module of a source, unless there is one by now.
 *
 * @param key - by which it was asked for
 * @param format - "js", "json" or "text"
 * @param text - of code also its number in the isolate's template
 * @throws SyntaxError; then nothing is kept
 */
export function addModule(key: string, url: string, format: string, text: string | number, loader: number): Module {
  const isCode = format !== "json" && format !== "text";
  const own = keyOf(url, isCode ? "" : format);
  modules ??= new SafeMap<string, Module>();
  byId ??= new SafeMap<number, Module>();
  let module = modules.get(own);
  if (module === undefined) {
    if (isCode) module = compile(url, text, loader);
    else module = wrap(url, format === "json" ? parse(url, text as string) : text, loader);
    byId.set(module.id, module);
    modules.set(own, module);
  }
  modules.set(key, module);
  return module;
}

/** What each import runs. */
export const registryFunctions: readonly Function[] = [
  Module,
  keyOf,
  findModule,
  dependencyOf,
  typeOf,
  compile,
  addModule,
];
