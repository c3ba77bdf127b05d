/** Modules that the host imports into a guest: calls of the guest's platform, and what that asks for meanwhile. */
import type { SandboxError } from "../contract/errors.ts";
import {
  ArgumentError,
  DataCloneError,
  DecodeError,
  EvaluationError,
  ModuleNotFoundError,
  ModuleSourceError,
} from "../contract/errors.ts";
import type { ModuleLanguage, Modules } from "../contract/modules.ts";
import type { CallOptions } from "../contract/options.ts";
import { IMPORT, MODULE_CALL } from "../contract/reserved-names.ts";
import { show } from "../contract/show.ts";
import type { Format, ModuleText, Wanted } from "../modules/module-texts.ts";
import { textOf, textsToGive } from "../modules/module-texts.ts";
import { ModuleSources } from "../modules/sources.ts";
import { SyntaxProblem, isTranspiled } from "../modules/transpile.ts";
import { inlineMap } from "../source-maps/inline-map.ts";
import type { SourceMaps } from "../source-maps/source-maps.ts";
import type { SharedModules } from "./shared-modules.ts";

/** Asks the guest's platform. @returns its answer */
type Ask = (
  doing: string,
  method: string,
  data: unknown,
  options: CallOptions,
  started?: (requestId: number) => void,
) => Promise<unknown>;

/** UTF-16 code units of the modules of a map that go with the import; those of a larger one are asked for. */
const GIVEN_LENGTH_MAX = 1024 * 1024;
/** Of all that is ever transpiled because an isolate asks for it. */
const TRANSPILED_IN_ALL_LENGTH_MAX = 16 * 1024 * 1024;

/** What one isolate has of modules. */
export class ModuleImports {
  readonly #ask: Ask;
  readonly #isolate: () => object;
  readonly #textLengthMax: number;
  readonly #maps: () => SourceMaps;
  readonly #shared: SharedModules | undefined;
  /** By their numbers, from 1. */
  readonly #sources: ModuleSources[] = [];
  readonly #numbers = new WeakMap<object, number>();
  /** Those of which the guest got what could be given at once. */
  readonly #given = new Set<number>();
  #transpiledLeft = TRANSPILED_IN_ALL_LENGTH_MAX;
  /** By the numbers of their requests. */
  readonly #imports = new Map<number, Import>();

  /**
   * @param isolate - whose modules they are: kept by them
   * @param textLengthMax - of a module's text, in UTF-16 code units
   * @param maps - where it is noted how to get back from what a guest runs to what was written
   * @param shared - what it has of its template
   */
  constructor(
    ask: Ask,
    isolate: () => object,
    textLengthMax: number,
    maps: () => SourceMaps,
    shared: SharedModules | undefined,
  ) {
    this.#ask = ask;
    this.#isolate = isolate;
    this.#textLengthMax = textLengthMax;
    this.#maps = maps;
    this.#shared = shared;
  }

  /** @throws OptionError; what comes later rejects */
  start(entry: string, given: Modules | undefined, options: CallOptions): Promise<object> {
    const doing = `import(${show(entry)})`;
    // Of nothing given there is the template's; null is none, and wrong.
    const ofTemplate = this.#sources.length === 0 ? this.#shared?.modules : undefined;
    const modules = given === undefined ? ofTemplate : given;
    const number = modules === undefined ? 0 : this.#numberOf(modules, doing);
    const current = new Import(doing);
    let id = 0;
    const answer = this.#ask(doing, IMPORT, [number, entry, this.#toGive(number)], options, (requestId) => {
      id = requestId;
      this.#imports.set(requestId, current);
    });
    return this.#finish(answer, doing, current).finally(() => {
      if (this.#imports.get(id) === current) this.#imports.delete(id);
      current.end();
    });
  }

  /** Answers the guest's platform: what it asks for is a module's text. */
  readonly answer = async (
    data: unknown,
    context: { readonly signal: AbortSignal },
  ): Promise<readonly [Format, string]> => {
    const { sources, importing, wanted } = this.#read(data);
    try {
      const toSignal = (): AbortSignal => importing?.signalWith(context.signal) ?? context.signal;
      const found = textOf(wanted, this.#sources[sources - 1], toSignal, this.#allows);
      const text = await (importing ? Promise.race([found, importing.over]) : found);
      if (text.text.length > this.#textLengthMax) {
        throw new ModuleSourceError(
          wanted.specifier,
          `it has ${text.text.length} characters, more than a message may have (messageBytesMax)`,
        );
      }
      this.#note(wanted.url, text);
      if (this.#isShared(sources)) this.#shared?.record(wanted, text);
      return [text.format, text.text];
    } catch (error) {
      const told = toTold(error, wanted);
      importing?.note(told.message, error, wanted.url);
      throw told;
    }
  };

  /** What a guest asks for takes time of the host's, each time anew if it is not kept. */
  readonly #allows = (text: string, language: ModuleLanguage): boolean => {
    if (language === "js" || language === "json" || language === "text" || isTranspiled(text, language)) return true;
    this.#transpiledLeft -= text.length;
    return this.#transpiledLeft >= 0;
  };

  /** Modules that the guest need not ask for. */
  #toGive(number: number): readonly (string | number)[] {
    if (number === 0 || this.#given.has(number)) return [];
    this.#given.add(number);
    const shared = this.#isShared(number) ? this.#shared : undefined;
    if (shared?.given) {
      for (const [url, text] of shared.texts) this.#note(url, text);
      return shared.given;
    }
    return textsToGive(this.#sources[number - 1], Math.min(GIVEN_LENGTH_MAX, this.#textLengthMax / 4)).flatMap(
      ([url, text]) => {
        this.#note(url, text);
        shared?.record({ url, type: undefined }, text);
        return [url, text.format, text.text];
      },
    );
  }

  /** Whether sources are the template's. */
  #isShared(number: number): boolean {
    return this.#shared !== undefined && this.#numbers.get(this.#shared.modules) === number;
  }

  /** How to get back from what the guest runs. */
  #note(url: string, { text, written }: ModuleText): void {
    if (!written) return;
    if (written.language !== "js" || (written.sourceMap ?? inlineMap(text)) !== undefined)
      this.#maps().set(url, written);
  }

  async #finish(answer: Promise<unknown>, doing: string, current: Import): Promise<object> {
    try {
      return this.#toModule(await answer, doing);
    } catch (error) {
      throw current.explain(error as SandboxError);
    }
  }

  #numberOf(modules: Modules, doing: string): number {
    const known = this.#numbers.get(modules);
    if (known !== undefined) return known;
    const number = this.#sources.push(new ModuleSources(modules, doing));
    this.#numbers.set(modules, number);
    return number;
  }

  /** What a guest asks for; it may send such a request itself. */
  #read(data: unknown): { sources: number; importing: Import | undefined; wanted: Wanted } {
    const [sources, requestId, url, type, specifier, referrer, line, column] = (
      Array.isArray(data) ? data : []
    ) as unknown[];
    if (typeof url !== "string" || typeof specifier !== "string" || typeof referrer !== "string") {
      throw new ArgumentError("The request is not one for a module.");
    }
    const wanted = {
      url,
      type: type === "json" || type === "text" ? type : undefined,
      specifier,
      referrer: referrer === "" ? undefined : referrer,
      line: typeof line === "number" ? line : 0,
      column: typeof column === "number" ? column : 0,
    } as const;
    return { sources: Number(sources), importing: this.#imports.get(Number(requestId)), wanted };
  }

  #toModule(answer: unknown, doing: string): object {
    const { id, exports } = answer as { id?: unknown; exports?: unknown };
    if (typeof id !== "number" || !Array.isArray(exports)) throw new DecodeError(`${doing}: the answer is no module.`);
    const module = Object.create(null) as object;
    for (let at = 0; at + 2 < exports.length; at += 3) {
      const [name, kind, value] = exports.slice(at, at + 3) as [unknown, unknown, unknown];
      // A promise would take the module for another promise.
      if (typeof name !== "string" || name === "then") continue;
      Object.defineProperty(module, name, { enumerable: true, ...this.#toExport(id, name, kind, value, doing) });
    }
    return Object.freeze(module);
  }

  #toExport(id: number, name: string, kind: unknown, value: unknown, doing: string): PropertyDescriptor {
    if (kind === ModuleExport.Value) return { value };
    const what = `${doing}.${name}`;
    if (kind === ModuleExport.Function) return { value: this.#toFunction(id, name, `${what}()`) };
    return {
      get: (): never => {
        throw new DataCloneError(
          `${what} could not be cloned, is too large, or had no value yet when the import was done.`,
        );
      },
    };
  }

  #toFunction(id: number, name: string, doing: string): (...args: unknown[]) => Promise<unknown> {
    const ask = this.#ask;
    // Who has the function has the isolate.
    const isolate = this.#isolate();
    return async (...args) => {
      const last = args.at(-1);
      const signal = last instanceof AbortSignal ? last : undefined;
      if (signal) args.pop();
      const answer = await ask(doing, MODULE_CALL, [id, name, args], { signal });
      keep(isolate);
      return answer;
    };
  }
}

/** Numbers of prelude/core/engine.ts; tests/abi compares the two. */
export const enum ModuleExport {
  Function = 0,
  Value = 1,
  Other = 2,
}

/** Mentions a value, so that a function that does so has it. */
function keep(_value: object): void {}

/** One import under way. */
class Import {
  readonly #doing: string;
  /** What kept modules from being found, by what the guest was told. */
  readonly #failures = new Map<string, unknown>();
  readonly #over = Promise.withResolvers<never>();
  #controller: AbortController | undefined;
  #isOver = false;

  constructor(doing: string) {
    this.#doing = doing;
    // Nobody may wait for it.
    this.over.catch(() => {});
  }

  /** Rejects when nobody waits for the module any more. */
  get over(): Promise<never> {
    return this.#over.promise;
  }

  /** Aborted then, or when the other is. */
  signalWith(signal: AbortSignal): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isOver) this.#controller.abort();
    return AbortSignal.any([signal, this.#controller.signal]);
  }

  end(): void {
    this.#isOver = true;
    this.#controller?.abort();
    this.#over.reject(new Error("The import is over."));
  }

  note(told: string, error: unknown, url: string): void {
    const isSyntax = error instanceof SyntaxProblem;
    this.#failures.set(told, isSyntax ? new EvaluationError(error.inFile(url), this.#doing) : error);
  }

  /** @returns the host's own error, if that is what the guest was told of */
  explain(error: SandboxError): unknown {
    const { guest } = error as Partial<EvaluationError>;
    return (guest && this.#failures.get(guest.message)) ?? error;
  }
}

/** What a guest is told: nothing of what a resolver says. */
function toTold(error: unknown, { specifier, referrer, url, line, column }: Wanted): Error {
  if (error instanceof SyntaxProblem) {
    const { message, lineno, colno } = error;
    return Object.assign(new SyntaxError(message), { filename: url, lineno, colno });
  }
  const from = referrer === undefined ? "" : `, which ${referrer}${line > 0 ? `:${line}:${column}` : ""} imports`;
  if (error instanceof ModuleNotFoundError) {
    return Object.assign(new TypeError(`There is no module '${specifier}'${from}`), { code: error.code });
  }
  return Object.assign(new TypeError(`The text of the module '${specifier}'${from} cannot be had`), {
    code: "ERR_MODULE_SOURCE",
  });
}
