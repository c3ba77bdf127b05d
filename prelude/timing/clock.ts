/**
 * The clock behind performance, events and timers. https://w3c.github.io/hr-time/#sec-tools
 *
 * The engine's clock is the only one: where clocks are frozen or coarse, it is the engine that freezes them.
 */
import { Op } from "../core/engine.ts";
import { MathFloor } from "../core/primordials.ts";

/** `Now` when the isolate started. */
let origin = 0;

/** Once, when an isolate starts. */
export function startClock(): void {
  origin = op(Op.Now);
}

/** https://w3c.github.io/hr-time/#dfn-current-high-resolution-time: milliseconds since the time origin. */
export function currentHighResolutionTime(): number {
  return coarsen(op(Op.Now) - origin);
}

/** https://w3c.github.io/hr-time/#dfn-coarsen-time: to 5 microseconds. */
function coarsen(milliseconds: number): number {
  return MathFloor(milliseconds * 200) / 200;
}

/** https://w3c.github.io/hr-time/#dfn-get-time-origin-timestamp: milliseconds since the epoch. */
export function timeOriginTimestamp(): number {
  return op(Op.TimeOrigin);
}
