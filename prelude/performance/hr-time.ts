/**
 * High Resolution Time. https://w3c.github.io/hr-time/
 */
import { currentHighResolutionTime, timeOriginTimestamp } from "../timing/clock.ts";
import { EventTarget } from "../events/event-target.ts";
import { NativeTypeError, ReflectConstruct, isObject } from "../core/primordials.ts";
import { internalConstruction, publishAttribute, publishInterface, requireInternal } from "../webidl/interfaces.ts";

/** @throws TypeError for all but a Performance */
export let requirePerformance: (value: unknown) => void;

/** https://w3c.github.io/hr-time/#the-performance-interface */
export class Performance extends EventTarget {
  readonly #brand = undefined;

  constructor() {
    requireInternal(arguments[0]);
    super();
  }

  static {
    requirePerformance = (value): void => {
      if (!isObject(value) || !(#brand in value)) throw new NativeTypeError("Illegal invocation");
    };
  }

  now(): number {
    requirePerformance(this);
    return currentHighResolutionTime();
  }

  get timeOrigin(): number {
    requirePerformance(this);
    return timeOriginTimestamp();
  }

  toJSON(): { timeOrigin: number } {
    requirePerformance(this);
    return { timeOrigin: timeOriginTimestamp() };
  }
}

publishInterface(Performance, "Performance");
const performance = ReflectConstruct(Performance, [internalConstruction]) as Performance;
publishAttribute("performance", () => performance, true);
