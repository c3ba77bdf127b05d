import type { op as Trampoline } from "./engine.ts";

declare global {
  /** The parameter of the function that the bundle is the body of: in scope of every prelude file, never a global. */
  const op: typeof Trampoline;
}
