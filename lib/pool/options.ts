/** Options of pools. */
import type { Isolate } from "../api/isolate.ts";
import { IsolateTemplate, sandboxOf } from "../api/isolate-template.ts";
import { ArgumentError, OptionError } from "../contract/errors.ts";
import type { DataOf, Protocol, Untyped } from "../contract/events.ts";
import { checkOptionNames } from "../contract/option-names.ts";
import { checkFunction, checkSignal } from "../contract/option-values.ts";
import type { CreateIsolateOptions } from "../contract/options.ts";
import { checkName, resolveIsolateOptions, resolveSandboxOptions } from "../contract/options.ts";
import type { PlatformAbortSignal } from "../contract/platform.ts";
import { checkNumber } from "../contract/ranges.ts";
import type { Range } from "../contract/ranges.ts";
import { show } from "../contract/show.ts";

/** What `prepare` is told besides the isolate. */
export interface PrepareContext {
  /** Whose isolate it will be, as given to `pool.get(key)`; undefined: that of some run. */
  readonly key: string | undefined;
  /** Aborted when nobody wants the isolate any more: `prepareMs` is over, or the pool was closed. */
  readonly signal: PlatformAbortSignal;
}

/** What the work of `pool.run` is told besides the isolate. */
export interface RunContext {
  /** Aborted when the caller's signal is, or the pool is closed: the isolate is ended then. */
  readonly signal: PlatformAbortSignal;
}

/**
 * Options of a pool.
 * @typeParam P - what hosts and guests say to each other
 */
export interface IsolatePoolOptions<P extends Protocol = Protocol> {
  /**
   * Isolates that are kept ready for runs, besides those at work. 0 to 10,000.
   * @defaultValue 2
   */
  size?: number | undefined;
  /**
   * Isolates that may live at once: ready, at work, being made and of keys, together. 1 to 100,000, at least `size`.
   * @defaultValue 64, or `size` if that is more
   */
  max?: number | undefined;
  /**
   * Callers that may wait until one of `max` ends. Whoever comes then is refused with PoolExhaustedError. 0 to 1,000,000; with
   * 0 nobody waits.
   * @defaultValue 1,024
   */
  waitingMax?: number | undefined;
  /**
   * After so long without use an isolate of a key is ended, in milliseconds. Used is one that was asked for, or did
   * something. Minimum 1, or 0 for never.
   * @defaultValue 60_000
   */
  idleMs?: number | undefined;
  /**
   * What `prepare` may take for one isolate, in milliseconds of elapsed time. Minimum 1, or 0 for as long as it likes.
   * @defaultValue 30_000
   */
  prepareMs?: number | undefined;
  /**
   * What the isolates are made of, a template of the same sandbox: its `prepare` comes before the pool's.
   * @defaultValue none: they begin with nothing
   */
  template?: IsolateTemplate<P> | undefined;
  /**
   * Makes a new isolate ready: runs the host's own code in it, exposes APIs to it. It is called before anybody gets the
   * isolate, and awaited. What it throws is the `cause` of a PrepareError.
   */
  prepare?: ((isolate: Isolate<P>, context: PrepareContext) => unknown) | undefined;
  /**
   * Options of the isolates, as for `sandbox.createIsolate()`; or a function that says them: of the key, undefined for runs.
   * An isolate of a key that gives it no name is called after its key.
   */
  isolate?:
    CreateIsolateOptions<DataOf<P>> | ((key: string | undefined) => CreateIsolateOptions<DataOf<P>>) | undefined;
}

/** Options of `pool.run` and `pool.get`. */
export interface PoolCallOptions {
  /** Gives up: waiting, and the work of a run, whose isolate is ended. The promise rejects with AbortError. */
  signal?: PlatformAbortSignal | undefined;
}

/** IsolatePoolOptions, complete and checked. */
export interface PoolSettings {
  readonly size: number;
  readonly max: number;
  readonly waitingMax: number;
  readonly idleMs: number;
  readonly prepareMs: number;
  readonly template: IsolateTemplate | undefined;
  readonly prepare: ((isolate: Isolate<Untyped>, context: PrepareContext) => unknown) | undefined;
  readonly isolate: (key: string | undefined) => CreateIsolateOptions;
}

const milliseconds = { minimum: 1, maximum: 2 ** 31 - 1, integer: false, zero: true, unit: "milliseconds" } as const;

/** The numbers of IsolatePoolOptions. */
export const poolRanges = {
  size: { minimum: 1, maximum: 10_000, integer: true, zero: true, unit: "isolates", default: 2 },
  max: { minimum: 1, maximum: 100_000, integer: true, zero: false, unit: "isolates", default: 64 },
  waitingMax: { minimum: 1, maximum: 1_000_000, integer: true, zero: true, unit: "callers", default: 1024 },
  idleMs: { ...milliseconds, default: 60_000 },
  prepareMs: { ...milliseconds, default: 30_000 },
} as const satisfies Record<string, Range>;

const DOING = "new IsolatePool()";
const names = [...Object.keys(poolRanges), "template", "prepare", "isolate"];

/** @throws ArgumentError, OptionError */
export function resolvePoolOptions(options: IsolatePoolOptions<Untyped>, sandbox: object): PoolSettings {
  checkNames(options);
  const number = (name: keyof typeof poolRanges): number => checkNumber(name, options[name], poolRanges[name], DOING);
  const size = number("size");
  const max = options.max === undefined ? Math.max(poolRanges.max.default, size) : number("max");
  if (size > max) throw new OptionError("size", `${DOING}: size must be at most max, which is ${max}, but is ${size}.`);
  checkFunction("prepare", options.prepare, DOING);
  const { template, prepare, isolate = {} } = options;
  checkTemplate(template, sandbox);
  if (typeof isolate !== "function") checkIsolateOptions(isolate);
  return {
    ...{ size, max, template, prepare },
    ...{ waitingMax: number("waitingMax"), idleMs: number("idleMs"), prepareMs: number("prepareMs") },
    isolate: typeof isolate === "function" ? isolate : () => isolate,
  };
}

/** @throws OptionError */
function checkTemplate(template: unknown, sandbox: object): void {
  if (template === undefined) return;
  if (!(template instanceof IsolateTemplate)) {
    throw new OptionError(
      "template",
      `${DOING}: template must be what sandbox.template() made, but is ${show(template)}.`,
    );
  }
  if (sandboxOf(template) === sandbox) return;
  throw new OptionError("template", `${DOING}: the template is another sandbox's.`);
}

/** @throws ArgumentError, OptionError */
function checkNames(options: object): void {
  checkOptionNames(options, names, DOING);
}

/** What would be refused each time one is made is refused at once. @throws ArgumentError, OptionError */
function checkIsolateOptions(options: CreateIsolateOptions): void {
  resolveIsolateOptions(options, resolveSandboxOptions({}).isolate);
  checkName(options.name);
}

/** @throws ArgumentError, OptionError */
export function checkPoolCall(options: PoolCallOptions, doing: string): void {
  checkOptionNames(options, ["signal"], doing);
  checkSignal("signal", options.signal, doing);
}

/** @throws ArgumentError */
export function checkKey(key: unknown, doing: string): void {
  if (typeof key === "string") return;
  throw new ArgumentError(`${doing}: the key must be a string, but is ${show(key)}.`);
}
