import { V8Sandbox, type SandboxOptions } from "../index.ts";

/** Makes `V8Sandbox` a global whose options default to the command line's. */
export function installGlobal(defaults: SandboxOptions): void {
  class CommandLineSandbox extends V8Sandbox {
    constructor(options: SandboxOptions = {}) {
      super(withDefaults(options, defaults));
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
