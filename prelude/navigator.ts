/**
 * HTML: the navigator object. https://html.spec.whatwg.org/multipage/workers.html#the-workernavigator-object
 */
import { type PlatformSteps, notSerializable, platformObject } from "./platform-objects.ts";
import { NativeTypeError } from "./primordials.ts";
import { internalConstruction, publishAttribute, publishInterface, requireInternal } from "./webidl/interfaces.ts";

/** https://html.spec.whatwg.org/multipage/workers.html#workernavigator */
export class WorkerNavigator {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #brand = undefined;

  constructor() {
    requireInternal(arguments[0]);
  }

  /** https://html.spec.whatwg.org/multipage/system-state.html#dom-navigator-useragent, without a version. */
  get userAgent(): string {
    if (!(#brand in this)) throw new NativeTypeError("Illegal invocation");
    return "network-runtime";
  }
}

publishInterface(WorkerNavigator, "WorkerNavigator");
const navigator = Reflect.construct(WorkerNavigator, [internalConstruction]) as WorkerNavigator;
publishAttribute("navigator", () => navigator);
