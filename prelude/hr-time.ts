/**
 * High Resolution Time. https://w3c.github.io/hr-time/
 */
import { currentHighResolutionTime, timeOriginTimestamp } from "./clock.ts";
import { EventTarget } from "./event-target.ts";
import { NativeTypeError } from "./primordials.ts";
import { internalConstruction, publishAttribute, publishInterface, requireInternal } from "./webidl/interfaces.ts";

/** https://w3c.github.io/hr-time/#the-performance-interface */
export class Performance extends EventTarget {
  readonly #brand = undefined;

  constructor() {
    requireInternal(arguments[0]);
    super();
  }

  static #check(value: object): void {
    if (!(#brand in value)) throw new NativeTypeError("Illegal invocation");
  }

  now(): number {
    Performance.#check(this);
    return currentHighResolutionTime();
  }

  get timeOrigin(): number {
    Performance.#check(this);
    return timeOriginTimestamp();
  }

  toJSON(): { timeOrigin: number } {
    Performance.#check(this);
    return { timeOrigin: timeOriginTimestamp() };
  }
}

publishInterface(Performance, "Performance");
const performance = Reflect.construct(Performance, [internalConstruction]) as Performance;
publishAttribute("performance", () => performance, true);
