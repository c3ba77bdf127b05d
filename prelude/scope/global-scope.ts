/**
 * HTML: the worker's global object. https://html.spec.whatwg.org/multipage/workers.html#the-workerglobalscope-common-interface
 */
import { EventTarget } from "../events/event-target.ts";
import { ReflectDeleteProperty, global } from "../core/primordials.ts";
import { provideScope, publishAttribute, publishInterface, requireInternal } from "../webidl/interfaces.ts";

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
publishAttribute("self", () => global);
/** https://html.spec.whatwg.org/multipage/webappapis.html#dom-origin: an isolate's is an opaque one. */
publishAttribute("origin", () => "null", true);
/** https://html.spec.whatwg.org/multipage/webappapis.html#dom-issecurecontext: nobody listens between guest and host. */
publishAttribute("isSecureContext", () => true);
/** https://html.spec.whatwg.org/multipage/webappapis.html#dom-crossoriginisolated: so there is no SharedArrayBuffer. */
publishAttribute("crossOriginIsolated", () => false);

/**
 * When an isolate starts, since V8 adds it to every context: as in a browser's page that is not isolated from others, only
 * memory of WebAssembly is shared memory by itself, and its constructor can be had from there. The agent is alone with it.
 */
export function removeSharedArrayBuffer(): void {
  ReflectDeleteProperty(global, "SharedArrayBuffer");
}
