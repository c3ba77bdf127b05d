/** Makes isolates, and has them prepared. */
import type { Isolate } from "../api/isolate.ts";
import type { V8Sandbox } from "../api/sandbox.ts";
import { TemplateError, TimeoutError } from "../contract/errors.ts";
import type { CreateIsolateOptions } from "../contract/options.ts";
import { PoolClosedError, PrepareError } from "./errors.ts";
import type { PoolSettings } from "./options.ts";

/** Longer keys are no names. */
const NAME_LENGTH_MAX = 200;

/** What makes a pool's isolates. */
export class Maker {
  readonly #sandbox: V8Sandbox;
  readonly #settings: PoolSettings;
  /** What is given up when the pool is closed. */
  readonly #preparing = new Set<AbortController>();
  #closed = false;

  constructor(sandbox: V8Sandbox, settings: PoolSettings) {
    this.#sandbox = sandbox;
    this.#settings = settings;
  }

  /** @throws what createIsolate() does, and PrepareError */
  async make(key: string | undefined): Promise<Isolate> {
    const options = this.#settings.isolate(key);
    const isNameable = key !== undefined && key.length > 0 && key.length <= NAME_LENGTH_MAX;
    const named = isNameable && options?.name === undefined ? { ...options, name: key } : options;
    const isolate = await this.#create(key, named);
    try {
      await this.#prepare(isolate, key);
      // It has ended, and nobody noticed: this throws what it ended for.
      if (isolate.destroyed) isolate.execute("");
      return isolate;
    } catch (cause) {
      isolate.destroy();
      throw new PrepareError(key, cause);
    }
  }

  /** What its template cannot prepare is as what the pool cannot. */
  async #create(key: string | undefined, options: CreateIsolateOptions): Promise<Isolate> {
    const { template } = this.#settings;
    if (!template) return this.#sandbox.createIsolate(options);
    try {
      return await template.createIsolate(options);
    } catch (cause) {
      throw cause instanceof TemplateError ? new PrepareError(key, cause) : cause;
    }
  }

  close(): void {
    this.#closed = true;
    for (const controller of this.#preparing) controller.abort(new PoolClosedError("prepare()"));
  }

  async #prepare(isolate: Isolate, key: string | undefined): Promise<void> {
    const { prepare, prepareMs } = this.#settings;
    if (this.#closed) throw new PoolClosedError("prepare()");
    if (!prepare) return;
    const controller = new AbortController();
    const { signal } = controller;
    const givenUp = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
    const giveUp = (): void => controller.abort(new TimeoutError("prepare()", prepareMs));
    const timer = prepareMs > 0 ? setTimeout(giveUp, prepareMs) : undefined;
    this.#preparing.add(controller);
    try {
      await Promise.race([prepare(isolate, { key, signal }), givenUp]);
    } finally {
      clearTimeout(timer);
      this.#preparing.delete(controller);
    }
  }
}
