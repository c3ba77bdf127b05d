/**
 * HTML: the worker's global object. https://html.spec.whatwg.org/multipage/workers.html#the-workerglobalscope-common-interface
 */
import { EventTarget } from "./event-target.ts";
import { global } from "./primordials.ts";
import { publishAttribute, publishInterface, requireInternal } from "./webidl/interfaces.ts";

/** https://html.spec.whatwg.org/multipage/workers.html#workerglobalscope */
export class WorkerGlobalScope extends EventTarget {
  constructor() {
    requireInternal(arguments[0]);
    super();
  }
}

publishInterface(WorkerGlobalScope, "WorkerGlobalScope");
Object.setPrototypeOf(global, WorkerGlobalScope.prototype);
publishAttribute("self", () => global, true);

/**
 * Memory that several agents share has no place here. WebAssembly's shared memories would still lead to the constructor
 * through its prototype.
 */
const sharedArrayBuffer = Reflect.get(global, "SharedArrayBuffer") as { prototype: object } | undefined;
if (sharedArrayBuffer !== undefined) {
  Reflect.deleteProperty(sharedArrayBuffer.prototype, "constructor");
  Reflect.deleteProperty(global, "SharedArrayBuffer");
}

/** For isolates without WebAssembly, before any guest code. */
export function removeWebAssembly(): void {
  Reflect.deleteProperty(global, "WebAssembly");
}
