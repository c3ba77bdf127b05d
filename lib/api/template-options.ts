/** Options of templates. */
import { OptionError } from "../contract/errors.ts";
import type { DataOf, Protocol, Untyped } from "../contract/events.ts";
import type { Modules } from "../contract/modules.ts";
import { checkOptionNames } from "../contract/option-names.ts";
import { checkFunction, checkSignal } from "../contract/option-values.ts";
import type { CreateIsolateOptions } from "../contract/options.ts";
import type { PlatformAbortSignal } from "../contract/platform.ts";
import { checkNumber, templateRanges } from "../contract/ranges.ts";
import { show } from "../contract/show.ts";
import type { Isolate } from "./isolate.ts";

/** What `prepare` is told besides the isolate. */
export interface TemplateContext {
  /** Aborted when nobody wants the isolate any more: `prepareMs` is over. */
  readonly signal: PlatformAbortSignal;
}

/**
 * Options of a template.
 * @typeParam P - what hosts and guests say to each other
 */
export interface TemplateOptions<P extends Protocol = Protocol> {
  /**
   * Where its isolates' modules are found, if `import()` is not told otherwise. Those that `prepare` loads are read once, and
   * compiled once in each process: a directory that changes later does not change what isolates get.
   */
  modules: Modules;
  /**
   * Makes an isolate ready: imports modules, exposes APIs. It is called for each, before anybody gets it, and awaited; and
   * twice while the template is made, to see what it loads. V8's code is kept of what the first import loads, if no script
   * has run before.
   */
  prepare: (isolate: Isolate<P>, context: TemplateContext) => unknown;
  /**
   * What `prepare` may take for one isolate, in milliseconds of elapsed time. Minimum 1, or 0 for as long as it likes.
   * @defaultValue 30_000
   */
  prepareMs?: number | undefined;
  /**
   * Options of the isolates, which those of `createIsolate()` go before; also of the two that the template is made with.
   * Without a `trustGroup` these two are in a group of their own.
   */
  isolate?: CreateIsolateOptions<DataOf<P>> | undefined;
  /** Gives the making of the template up: its promise rejects with AbortError. */
  signal?: PlatformAbortSignal | undefined;
}

/** TemplateOptions, complete and checked. */
export interface TemplateSettings {
  readonly modules: Modules;
  readonly prepare: (isolate: Isolate<Untyped>, context: TemplateContext) => unknown;
  readonly prepareMs: number;
  readonly isolate: CreateIsolateOptions;
  readonly signal: PlatformAbortSignal | undefined;
}

const DOING = "template()";
const names = ["modules", "prepare", "prepareMs", "isolate", "signal"];

/** @throws ArgumentError, OptionError */
export function resolveTemplateOptions(options: TemplateOptions<Untyped>): TemplateSettings {
  checkNames(options);
  const { modules, prepare, prepareMs, isolate = {}, signal } = options;
  if ((typeof modules !== "object" && typeof modules !== "function") || (modules as unknown) === null) {
    const kinds = "a map of names and texts, a resolver, or a list of these";
    throw new OptionError("modules", `${DOING}: modules must be ${kinds}, but is ${show(modules)}.`);
  }
  if ((prepare as unknown) === undefined) {
    throw new OptionError("prepare", `${DOING}: prepare is missing: (isolate) => isolate.import("./main.ts").`);
  }
  checkFunction("prepare", prepare, DOING);
  checkSignal("signal", signal, DOING);
  if (typeof isolate !== "object" || (isolate as unknown) === null) {
    throw new OptionError("isolate", `${DOING}: isolate must be an object of options, but is ${show(isolate)}.`);
  }
  return {
    ...{ modules, prepare, isolate, signal },
    prepareMs: checkNumber("prepareMs", prepareMs, templateRanges.prepareMs, DOING),
  };
}

/** @throws ArgumentError, OptionError */
function checkNames(options: object): void {
  checkOptionNames(options, names, DOING);
}
