/**
 * HTML: the worker's global object. https://html.spec.whatwg.org/multipage/workers.html#the-workerglobalscope-common-interface
 */
import { EventTarget } from "./event-target.ts";
import { ReflectDeleteProperty, global } from "./primordials.ts";
import { provideScope, publishAttribute, publishInterface, requireInternal } from "./webidl/interfaces.ts";

/** https://html.spec.whatwg.org/multipage/workers.html#workerglobalscope */
export class WorkerGlobalScope extends EventTarget {
  constructor() {
    requireInternal(arguments[0]);
    super();
  }
}

publishInterface(WorkerGlobalScope, "WorkerGlobalScope");
Object.setPrototypeOf(global, WorkerGlobalScope.prototype);
provideScope(WorkerGlobalScope.prototype);
publishAttribute("self", () => global, true);
/** https://html.spec.whatwg.org/multipage/webappapis.html#dom-origin: an isolate's is an opaque one. */
publishAttribute("origin", () => "null", true);
/** https://html.spec.whatwg.org/multipage/webappapis.html#dom-issecurecontext: nobody listens between guest and host. */
publishAttribute("isSecureContext", () => true);
/** https://html.spec.whatwg.org/multipage/webappapis.html#dom-crossoriginisolated: so there is no SharedArrayBuffer. */
publishAttribute("crossOriginIsolated", () => false);

/**
 * When an isolate starts, since V8 adds it to every context: memory that several agents share has no place here. Shared
 * memories of WebAssembly would still lead to the constructor through its prototype.
 */
export function removeSharedArrayBuffer(): void {
  const { SharedArrayBuffer: constructor } = global as { SharedArrayBuffer?: { readonly prototype: object } };
  if (constructor === undefined) return;
  ReflectDeleteProperty(constructor.prototype, "constructor");
  ReflectDeleteProperty(global, "SharedArrayBuffer");
}
