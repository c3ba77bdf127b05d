/** What exposed functions are called, for those who hear of their calls. */
import type { Handler } from "./listeners.ts";

const names = new WeakMap<Handler, string>();

/** @returns the handler */
export function nameHandler(handler: Handler, name: string): Handler {
  names.set(handler, name);
  return handler;
}

/** @returns undefined: it is no exposed function's */
export function handlerName(handler: Handler): string | undefined {
  return names.get(handler);
}
