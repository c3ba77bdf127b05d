/** Where modules are found. */
import { ModuleSourceError, OptionError } from "../contract/errors.ts";
import type {
  FoundModule,
  ModuleContext,
  ModuleMap,
  ModuleResolver,
  ModuleSource,
  Modules,
} from "../contract/modules.ts";
import { moduleLanguages } from "../contract/modules.ts";
import { mapText } from "./map-text.ts";
import { nearestName } from "../contract/option-names.ts";
import { show } from "../contract/show.ts";
import { nameOf, urlOf } from "./names.ts";

/** The modules that one `modules` option gives. */
export class ModuleSources {
  /** In their order. */
  readonly #resolvers: readonly ModuleResolver[];
  /** The modules that come first, by their URLs: they are the same for whoever asks. */
  readonly first: ReadonlyMap<string, string | ModuleSource> | undefined;
  /** Names of maps, by which a misspelt one is explained. */
  readonly #names: string[] = [];

  /** @throws OptionError */
  constructor(modules: Modules, doing: string) {
    const list: readonly unknown[] = Array.isArray(modules) ? (modules as unknown[]) : [modules];
    const maps: Map<string, string | ModuleSource>[] = [];
    this.#resolvers = list.map((item) => {
      if (typeof item === "function") return item as ModuleResolver;
      if (typeof item !== "object" || item === null || Symbol.iterator in item) {
        throw new OptionError(
          "modules",
          `${doing}: modules must be a map of names and texts, a resolver, or a list of these, but is ${show(item)}.`,
        );
      }
      const map = this.#readMap(item as ModuleMap, doing);
      maps.push(map);
      return (name) => map.get(urlOf(name) ?? "");
    });
    this.first = typeof list[0] === "function" ? undefined : maps[0];
  }

  /** @returns what the host has under a name; undefined: nothing */
  async find(url: string, context: ModuleContext): Promise<ModuleSource | undefined> {
    const name = nameOf(url);
    for (const resolver of this.#resolvers) {
      const found = await resolver(name, context);
      if (found !== undefined && found !== null) return checkFound(found, name);
    }
    return undefined;
  }

  /** @returns the name that was probably meant */
  nearest(url: string): string | undefined {
    const name = nameOf(url);
    const plain = name.replace(/^\.\//, "");
    const same = this.#names.find(
      (known) => known.replace(/^\.\//, "").replace(/\.\w+$/, "") === plain.replace(/\.\w+$/, ""),
    );
    return same ?? nearestName(name, this.#names);
  }

  #readMap(map: ModuleMap, doing: string): Map<string, string | ModuleSource> {
    const found = new Map<string, string | ModuleSource>();
    for (const [name, value] of Object.entries(map)) {
      const url = urlOf(name);
      if (url === undefined)
        throw new OptionError("modules", `${doing}: modules: ${show(name)} is no name of a module.`);
      if (found.has(url)) throw new OptionError("modules", `${doing}: modules: ${show(nameOf(url))} is there twice.`);
      found.set(url, checkGiven(value, name, doing));
      this.#names.push(nameOf(url));
    }
    return found;
  }
}

function checkGiven(value: unknown, name: string, doing: string): string | ModuleSource {
  const problem = problemOf(value);
  if (problem === undefined) return value as string | ModuleSource;
  throw new OptionError("modules", `${doing}: modules: ${show(name)} ${problem}.`);
}

function checkFound(found: FoundModule, name: string): ModuleSource {
  const problem = problemOf(found);
  if (problem !== undefined) throw new ModuleSourceError(name, `what the resolver found ${problem}`);
  return typeof found === "string" ? { source: found } : (found as ModuleSource);
}

/** What is wrong with a module that somebody gives; undefined: nothing. */
function problemOf(value: unknown): string | undefined {
  if (typeof value === "string") return undefined;
  if (typeof value !== "object" || value === null) return `must be text or { source }, but is ${show(value)}`;
  const { source, language, sourceMap } = value as Partial<ModuleSource>;
  if (typeof source !== "string") return `must be text or { source }, but its source is ${show(source)}`;
  if (sourceMap !== undefined && mapText(sourceMap) === undefined) {
    return `has a sourceMap that is no JSON and no object that could be, but ${show(sourceMap)}`;
  }
  if (language === undefined || moduleLanguages.includes(language)) return undefined;
  return `has the language ${show(language)}, which is none of ${moduleLanguages.join(", ")}`;
}
