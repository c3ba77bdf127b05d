/**
 * A plugin system: each plugin is a folder with a manifest and modules, runs in an isolate of its own and gets what its manifest
 * asks for and the host allows. What changes on disk is loaded beside what runs, and takes its place when it works.
 */
import { readdirSync, watch, type FSWatcher } from "node:fs";
import { join } from "node:path";
import { EvaluationError, moduleDirectory, SandboxError, V8Sandbox } from "network-runtime";
import type { HostApi, Imported, Isolate } from "network-runtime";

const LIMITS = { cpuMs: 200, memoryMb: 32, wallMs: 30_000 };
/** Editors write a file in several steps. */
const SETTLED_MS = 50;

/** A plugin's plugin.json. */
interface Manifest {
  readonly main: string;
  /** Names of what it wants of the host. */
  readonly uses?: readonly string[];
}

/** What a plugin exports. */
interface Plugin {
  transform(text: string): string | Promise<string>;
}

interface Loaded {
  readonly isolate: Isolate;
  readonly plugin: Imported<Plugin>;
}

/** What became of a plugin: for whoever wrote it. */
export type Report = (plugin: string, what: string) => void;

/** Plugins of a folder. */
export class Plugins implements Disposable {
  readonly #sandbox = new V8Sandbox();
  readonly #loaded = new Map<string, Loaded>();
  readonly #loading = new Map<string, Promise<void>>();
  readonly #folder: string;
  readonly #api: Readonly<Record<string, HostApi>>;
  readonly #report: Report;
  #watcher: FSWatcher | undefined;

  /**
   * @param folder - has a folder for each plugin
   * @param api - what plugins may ask for, by name
   */
  constructor(folder: string, api: Readonly<Record<string, HostApi>>, report: Report) {
    this.#folder = folder;
    this.#api = api;
    this.#report = report;
  }

  /** Loads all plugins there are. */
  async load(): Promise<void> {
    for (const name of readdirSync(this.#folder).sort()) await this.reload(name);
  }

  /** Loads plugins again when their files change. */
  watch(): void {
    const changed = new Map<string, ReturnType<typeof setTimeout>>();
    this.#watcher = watch(this.#folder, { recursive: true }, (_event, path) => {
      const name = path?.split("/")[0];
      if (!name) return;
      clearTimeout(changed.get(name));
      changed.set(
        name,
        setTimeout(() => void this.reload(name), SETTLED_MS),
      );
    });
  }

  /** Loads a plugin; the one that runs goes on until the new one works. */
  async reload(name: string): Promise<void> {
    const before = this.#loading.get(name);
    const work = (before ?? Promise.resolve()).then(() => this.#replace(name));
    this.#loading.set(name, work);
    await work;
  }

  /** Sends a text through all plugins, in the order of their names. One that fails is left out. */
  async transform(text: string): Promise<string> {
    let result = text;
    for (const name of [...this.#loaded.keys()].sort()) {
      const { isolate, plugin } = this.#loaded.get(name)!;
      try {
        const next: unknown = await plugin.transform(result);
        if (typeof next !== "string") throw new TypeError("transform() gave no text");
        result = next;
      } catch (error) {
        this.#report(name, explained(error));
        if (isolate.destroyed) await this.reload(name);
      }
    }
    return result;
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
    this.#sandbox.shutdown();
  }

  async #replace(name: string): Promise<void> {
    const isolate = await this.#sandbox.createIsolate({ name, ...LIMITS });
    try {
      const folder = join(this.#folder, name);
      const { main, uses = [] } = (await Bun.file(join(folder, "plugin.json")).json()) as Manifest;
      for (const use of uses) {
        const api = Object.hasOwn(this.#api, use) ? this.#api[use] : undefined;
        if (!api) throw new TypeError(`there is no ${use} to use`);
        isolate.expose(use, api);
      }
      const plugin = await isolate.import<Plugin>(main, { modules: moduleDirectory(folder) });
      if (typeof plugin.transform !== "function") throw new TypeError(`${main} exports no transform()`);
      this.#loaded.get(name)?.isolate.destroy();
      this.#loaded.set(name, { isolate, plugin });
      this.#report(name, "loaded");
    } catch (error) {
      isolate.destroy();
      const kept = this.#loaded.has(name) ? "; the one before goes on" : "";
      this.#report(name, `not loaded: ${explained(error)}${kept}`);
    }
  }
}

function explained(error: unknown): string {
  if (error instanceof EvaluationError) {
    const { name, message, filename, lineno } = error.guest;
    return `${name}: ${message}${filename === undefined ? "" : ` (${filename.replace("file:///", "")}:${lineno})`}`;
  }
  if (error instanceof SandboxError && "reason" in error) return String(error.reason);
  return error instanceof Error ? error.message : String(error);
}
