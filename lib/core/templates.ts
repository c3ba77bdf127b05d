/** What a sandbox's templates keep in the engine. */
import { EngineError, LimitError } from "../contract/errors.ts";
import type { EngineSandbox } from "../engine/engine.ts";
import { Status } from "../engine/engine.ts";
import type { SharedModules } from "./shared-modules.ts";

/** Of each template, besides its texts: so many are in a MiB. */
const TEMPLATE_BYTES = 65_536;

/** Those of one sandbox. */
export class Templates {
  readonly #engine: EngineSandbox;
  /** What they may take, in bytes. */
  readonly bytesMax: number;
  /** What each takes, by its modules. */
  readonly #kept = new Map<SharedModules, number>();
  #isClosed = false;

  constructor(engine: EngineSandbox, bytesMax: number) {
    this.#engine = engine;
    this.bytesMax = bytesMax;
  }

  /** What they take, in bytes. */
  get bytes(): number {
    return [...this.#kept.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /**
   * Gives a template's modules to the engine.
   * @throws LimitError, EngineError
   */
  add(shared: SharedModules): void {
    const modules = shared.isTooLarge ? undefined : shared.encode();
    const bytes = (modules?.length ?? 0) + TEMPLATE_BYTES;
    if (modules === undefined || this.bytes + bytes > this.bytesMax) {
      throw new LimitError(
        `template(): its modules have ${modules?.length ?? `more than ${this.bytesMax}`} bytes, and templates keep ` +
          `${this.bytes} already; together they may keep ${this.bytesMax} (templateBytesMax). ` +
          "Dispose of some, or raise the limit.",
      );
    }
    const handle = modules.length === 0 ? 0 : this.#engine.createTemplate(modules);
    if (handle === Status.NoMemory) throw new LimitError("template(): the system gave the process no memory.");
    if (handle < 0) throw new EngineError(`template(): the engine made no template (status ${handle}).`);
    this.#kept.set(shared, bytes);
    shared.seal(handle);
  }

  /** No more isolates are made of it. Harmless twice. */
  remove(shared: SharedModules): void {
    if (!this.#kept.delete(shared) || this.#isClosed || shared.handle === 0) return;
    this.#engine.releaseTemplate(shared.handle);
  }

  /** The engine's sandbox ends, and with it all that it keeps. */
  close(): void {
    this.#isClosed = true;
    this.#kept.clear();
  }
}
