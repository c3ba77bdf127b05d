import type { op as Trampoline } from "./core/engine.ts";

declare global {
  /** The parameter of the function that the bundle is the body of: in scope of every prelude file, never a global. */
  const op: typeof Trampoline;
  /** Gives the functions that run the bodies of files that are loaded lazily, unless they have run. build.ts makes it. */
  const lazyModules: (provide: (modules: Readonly<Record<string, () => void>>) => void) => void;
  /** In a file that is loaded lazily: loads another when it is needed. Not while a file is loaded. */
  function require(path: string): void;
}
