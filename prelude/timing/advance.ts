/**
 * Time that the host gives, where the clock is its: no web specification.
 */
import { Op } from "../core/engine.ts";
import { NativePromise, ObjectDefineProperty, PromiseWithResolvers } from "../core/primordials.ts";
import { publishInternal } from "../webidl/interfaces.ts";
import { runLast } from "./timers.ts";

/** Until when the host has let time go on. */
let until = 0;

/** Answers the host's "__advance": after so many milliseconds, when what was due by then has run. */
publishInternal("advancer", (milliseconds: number): Promise<void> => {
  const { promise, resolve } = PromiseWithResolvers<void>();
  // The platform awaits it: no prototype of the guest's is asked for its constructor.
  ObjectDefineProperty(promise, "constructor", { __proto__: null, value: NativePromise });
  const now = op(Op.Now);
  until = (until > now ? until : now) + milliseconds;
  runLast(until, () => resolve());
  op(Op.ClockAdvance, until);
  return promise;
});
