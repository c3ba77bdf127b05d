/**
 * The living sandboxes of a global scope. They are listed there, not in a module: `bun --hot` evaluates modules anew, and
 * what the old ones made is known to nobody else.
 */

/** A sandbox, as far as the list needs it. Every version of this package understands it. */
export interface Living {
  /** The module that made it. */
  readonly origin: string;
  /** Whether it outlives a reload of that module. */
  readonly kept: boolean;
  shutdown(): void;
}

const key = Symbol.for("network-runtime.living-sandboxes");
const scope = globalThis as { [key]?: Set<Living> };

if (!scope[key]) Object.defineProperty(scope, key, { value: new Set<Living>() });

/** The list. */
export const living = scope[key] as Set<Living>;

/** Whether modules may be evaluated again because their files have changed. */
function isHot(): boolean {
  return [...process.execArgv, ...(process.env.BUN_OPTIONS ?? "").split(/\s+/)].includes("--hot");
}

// Evaluated again: the code that used the sandboxes of before is gone.
if (isHot()) {
  for (const sandbox of [...living]) if (sandbox.origin === import.meta.url && !sandbox.kept) sandbox.shutdown();
}

/** How the list names this module. */
export const origin = import.meta.url;
