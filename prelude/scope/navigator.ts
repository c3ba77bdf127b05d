/**
 * HTML: the navigator object. https://html.spec.whatwg.org/multipage/workers.html#the-workernavigator-object
 */
import { Op } from "../core/engine.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { NativeTypeError, ReflectConstruct, newFrozenArray } from "../core/primordials.ts";
import { internalConstruction, publishAttribute, publishInterface, requireInternal } from "../webidl/interfaces.ts";

/** The isolate's own: nothing of the host's environment. */
let languages: readonly string[] | undefined;

/** https://html.spec.whatwg.org/multipage/workers.html#workernavigator */
export class WorkerNavigator {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #brand = undefined;

  constructor() {
    requireInternal(arguments[0]);
  }

  static #check(value: WorkerNavigator): void {
    if (!(#brand in value)) throw new NativeTypeError("Illegal invocation");
  }

  /** https://html.spec.whatwg.org/multipage/system-state.html#client-identification: what is compatible says no more. */
  get appCodeName(): string {
    WorkerNavigator.#check(this);
    return "Mozilla";
  }

  get appName(): string {
    WorkerNavigator.#check(this);
    return "Netscape";
  }

  get appVersion(): string {
    WorkerNavigator.#check(this);
    return "5.0";
  }

  /** Empty, as the specification allows: it would tell of the host. */
  get platform(): string {
    WorkerNavigator.#check(this);
    return "";
  }

  get product(): string {
    WorkerNavigator.#check(this);
    return "Gecko";
  }

  /** Without a version. */
  get userAgent(): string {
    WorkerNavigator.#check(this);
    return "network-runtime";
  }

  /** https://html.spec.whatwg.org/multipage/system-state.html#language-preferences */
  get language(): string {
    WorkerNavigator.#check(this);
    return op(Op.Locale);
  }

  get languages(): readonly string[] {
    WorkerNavigator.#check(this);
    return (languages ??= newFrozenArray([op(Op.Locale)]));
  }

  /** https://html.spec.whatwg.org/multipage/system-state.html#browser-state: whether the host answers shows when asked. */
  get onLine(): boolean {
    WorkerNavigator.#check(this);
    return true;
  }

  /** https://html.spec.whatwg.org/multipage/workers.html#dom-navigator-hardwareconcurrency: an isolate has one thread. */
  get hardwareConcurrency(): number {
    WorkerNavigator.#check(this);
    return 1;
  }
}

publishInterface(WorkerNavigator, "WorkerNavigator");
const navigator = ReflectConstruct(WorkerNavigator, [internalConstruction]) as WorkerNavigator;
publishAttribute("navigator", () => navigator);
