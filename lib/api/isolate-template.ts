import { AbortError, TemplateError, TimeoutError } from "../contract/errors.ts";
import type { DataOf, Protocol } from "../contract/events.ts";
import { checkCallNames } from "../contract/option-names.ts";
import type { CreateIsolateOptions, Exactly } from "../contract/options.ts";
import type { PlatformAbortSignal } from "../contract/platform.ts";
import type { IsolateCore } from "../core/isolate-core.ts";
import { SharedModules } from "../core/shared-modules.ts";
import type { Templates } from "../core/templates.ts";
import type { Isolate } from "./isolate.ts";
import type { TemplateSettings } from "./template-options.ts";

/** What a template asks of its sandbox. */
export interface TemplateOwner {
  readonly sandbox: object;
  readonly templates: Templates;
  /**
   * Makes an isolate, which is not ready yet.
   * @throws as createIsolate() does
   */
  make(options: CreateIsolateOptions, shared: SharedModules): IsolateCore<Isolate>;
  /** Whether groups keep isolates apart. */
  readonly hasGroups: boolean;
}

let toTemplate: (owner: TemplateOwner, settings: TemplateSettings, shared: SharedModules) => IsolateTemplate;

/** @internal The sandbox whose isolates a template makes. */
export let sandboxOf: (template: IsolateTemplate) => object;

/**
 * Isolates that begin with the same modules, loaded and compiled once: made by {@link V8Sandbox.template}. What it keeps counts in
 * `templateBytesMax`, until it is disposed of; isolates that were made of it live on. It keeps no process alive.
 *
 * @typeParam P - what host and guests say to each other, see {@link Protocol}; untyped if left out
 */
export class IsolateTemplate<P extends Protocol = Protocol> implements Disposable {
  readonly #owner: TemplateOwner;
  readonly #settings: TemplateSettings;
  readonly #shared: SharedModules;
  #disposed = false;

  private constructor(owner: TemplateOwner, settings: TemplateSettings, shared: SharedModules) {
    this.#owner = owner;
    this.#settings = settings;
    this.#shared = shared;
    dropped.register(this, { templates: owner.templates, shared }, this);
  }

  static {
    toTemplate = (...given) => new IsolateTemplate(...given);
    sandboxOf = (template) => template.#owner.sandbox;
  }

  /** Whether it has been disposed of. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /**
   * Makes an isolate that `prepare` has made ready.
   *
   * @typeParam Options - the type of the options
   * @param options - as of `sandbox.createIsolate()`, where they differ from the template's
   * @returns the isolate
   * @throws TemplateError if `prepare` fails, or the template has been disposed of
   * @throws OptionError, SandboxShutdownError, LimitError, EngineError as `sandbox.createIsolate()`
   * @example
   * ```ts
   * const worker = await template.createIsolate({ name: "tenant 7" });
   * ```
   */
  async createIsolate<
    Options extends Exactly<Options, CreateIsolateOptions<DataOf<P>>> = CreateIsolateOptions<DataOf<P>>,
  >(options = {} as Options): Promise<Isolate<P>> {
    checkCallNames(options, "createIsolate()");
    if (this.#disposed) throw new TemplateError("template.createIsolate(): the template has been disposed of.");
    const core = this.#owner.make(merge(this.#settings.isolate, options), this.#shared);
    return (await prepared(core, this.#settings, undefined)) as Isolate<P>;
  }

  /**
   * Gives back what it keeps. No isolate can be made of it any more. A second call does nothing.
   *
   * @example
   * ```ts
   * template.dispose();
   * ```
   */
  dispose(): void {
    this.#disposed = true;
    dropped.unregister(this);
    this.#owner.templates.remove(this.#shared);
  }

  /** As {@link IsolateTemplate.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** One that nobody can reach any more keeps nothing. */
const dropped = new FinalizationRegistry<{ templates: Templates; shared: SharedModules }>(({ templates, shared }) =>
  templates.remove(shared),
);

let lastOwnGroup = 0;

/**
 * @internal Makes a template: of what the first isolate loads, for a second to show that it can be had from there, and to have
 * it compiled.
 * @throws as createIsolate() does, TemplateError, AbortError
 */
export async function makeTemplate(owner: TemplateOwner, settings: TemplateSettings): Promise<IsolateTemplate> {
  const shared = new SharedModules(settings.modules, owner.templates.bytesMax);
  // Nobody's isolates are in a process where somebody's template is tried.
  const own = owner.hasGroups ? { trustGroup: `template ${++lastOwnGroup} ${crypto.randomUUID()}` } : {};
  const options = { ...own, ...settings.isolate };
  try {
    await tryOut(owner, settings, options, shared);
    owner.templates.add(shared);
    await tryOut(owner, settings, options, shared);
  } catch (error) {
    owner.templates.remove(shared);
    throw error;
  }
  return toTemplate(owner, settings, shared);
}

async function tryOut(
  owner: TemplateOwner,
  settings: TemplateSettings,
  options: CreateIsolateOptions,
  shared: SharedModules,
): Promise<void> {
  if (settings.signal?.aborted) throw new AbortError("template()", settings.signal.reason);
  const isolate = await prepared(owner.make(options, shared), settings, settings.signal);
  isolate.destroy();
}

function merge(first: CreateIsolateOptions, then: CreateIsolateOptions): CreateIsolateOptions {
  const given = Object.entries(then).filter(([, value]) => value !== undefined);
  return { ...first, ...Object.fromEntries(given) };
}

/** Waits until an isolate is made and prepared. What is asked of it meanwhile waits in its mailbox. */
async function prepared(
  core: IsolateCore<Isolate>,
  { prepare, prepareMs }: TemplateSettings,
  signal: PlatformAbortSignal | undefined,
): Promise<Isolate> {
  const { isolate } = core;
  const controller = new AbortController();
  const givenUp = Promise.withResolvers<never>();
  const giveUp = (error: Error): void => {
    controller.abort(error);
    givenUp.reject(error);
  };
  const onAbort = (): void => giveUp(new AbortError("template()", signal?.reason));
  const timer =
    prepareMs > 0 ? setTimeout(() => giveUp(new TimeoutError("prepare()", prepareMs)), prepareMs) : undefined;
  signal?.addEventListener("abort", onAbort, { once: true });
  const preparing = start(() => prepare(isolate, { signal: controller.signal }));
  // It may fail while nobody waits for it yet.
  preparing.catch(() => {});
  givenUp.promise.catch(() => {});
  let isMade = false;
  try {
    await core.ready.promise;
    isMade = true;
    await Promise.race([preparing, givenUp.promise]);
    // It has ended, and nobody noticed: this throws what it ended for.
    core.assertOpen("prepare()");
    return isolate;
  } catch (cause) {
    isolate.destroy();
    // Who cannot be made tells that, not what came of it.
    if (!isMade || (cause instanceof AbortError && signal?.aborted)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TemplateError(`prepare() of a template failed: ${why}`, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

async function start(call: () => unknown): Promise<unknown> {
  return call();
}
