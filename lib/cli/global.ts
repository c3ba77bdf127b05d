import { V8Sandbox } from "../index.ts";
import type { CreateIsolateOptions, Isolate, IsolateTemplate, SandboxOptions, TemplateOptions } from "../index.ts";
import { startServers, type ServerFlags } from "./servers.ts";

/** Makes `V8Sandbox` a global whose options default to the command line's. @param servers - that each sandbox gets */
export function installGlobal(defaults: SandboxOptions, servers: ServerFlags): void {
  class CommandLineSandbox extends V8Sandbox {
    /** Isolates are made when it listens: those that wait for a debugger must hear of that first. */
    readonly #listening: Promise<void>;

    constructor(options: SandboxOptions = {}) {
      super(withDefaults(options, defaults));
      this.#listening = startServers(this, servers);
    }

    override async createIsolate(options: CreateIsolateOptions = {}): Promise<Isolate> {
      await this.#listening;
      return super.createIsolate(options);
    }

    override async template(options: TemplateOptions): Promise<IsolateTemplate> {
      await this.#listening;
      return super.template(options);
    }
  }
  Object.defineProperty(CommandLineSandbox, "name", { value: V8Sandbox.name });
  Object.defineProperty(globalThis, "V8Sandbox", { value: CommandLineSandbox, writable: true, configurable: true });
}

/** `undefined` counts as absent, as everywhere in the library; what is no object is left for it to refuse. */
function withDefaults(options: SandboxOptions, defaults: SandboxOptions): SandboxOptions {
  if (typeof options !== "object" || options === null) return options;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
}
