/** The part of an isolate that listens to its guest. */
import type {
  ArgumentOf,
  ConsoleEvent,
  EventsOf,
  MethodsOf,
  NameOf,
  Protocol,
  ResultOf,
  SystemEvent,
  SystemEvents,
} from "../contract/events.ts";
import type { ExposedOf, HostSide } from "../contract/exposed.ts";
import type { IsolateCore } from "../core/isolate-core.ts";
import { checkExposed, checkHandledMethod, checkHandler, checkNoOptions, checkSystemHandler } from "./arguments.ts";

/**
 * What isolates inherit, and nobody else does.
 *
 * @typeParam P - what host and guest say to each other
 * @typeParam EventContext - second argument of event handlers, which knows the isolate itself
 * @typeParam RequestContext - second argument of request handlers, which does so too
 * @typeParam CallContext - last argument of exposed functions, which does so too
 */
export abstract class IsolateHandlers<P extends Protocol, EventContext, RequestContext, CallContext> {
  readonly #core: IsolateCore;

  /** @internal */
  constructor(core: IsolateCore) {
    this.#core = core;
  }

  /**
   * Calls a handler for every message the guest sends under this name. Handlers run in the order they were added;
   * one added twice runs twice. Messages without a handler are dropped and counted in `stats().droppedOut`.
   *
   * @param event - the event's name
   * @param handler - gets the data and `{ isolate, event }`
   * @returns the isolate
   * @throws ArgumentError
   * @example
   * ```ts
   * worker.on("custom-event", (data, { isolate }) => console.log(`${isolate} sent`, data));
   * ```
   */
  on<E extends NameOf<EventsOf<P, "fromGuest">>>(
    event: E,
    handler: (data: EventsOf<P, "fromGuest">[E], context: EventContext) => void,
  ): this {
    checkHandler(event, handler, "on()");
    checkNoOptions(arguments[2], "on()");
    this.#core.events.add(event, handler, false);
    return this;
  }

  /**
   * As `on`, for the next message only.
   *
   * @param event - the event's name
   * @param handler - gets the data and `{ isolate, event }`
   * @returns the isolate
   * @throws ArgumentError
   * @example
   * ```ts
   * worker.once("ready", () => worker.send("start", {}));
   * ```
   */
  once<E extends NameOf<EventsOf<P, "fromGuest">>>(
    event: E,
    handler: (data: EventsOf<P, "fromGuest">[E], context: EventContext) => void,
  ): this {
    checkHandler(event, handler, "once()");
    checkNoOptions(arguments[2], "once()");
    this.#core.events.add(event, handler, true);
    return this;
  }

  /**
   * Removes a handler given to `on` or `once`: the registration made last if there are several. Unknown ones are
   * ignored.
   *
   * @param event - the event's name
   * @param handler - the same function as was added
   * @returns the isolate
   * @throws ArgumentError
   * @example
   * ```ts
   * worker.off("event", handler);
   * ```
   */
  off<E extends NameOf<EventsOf<P, "fromGuest">>>(
    event: E,
    handler: (data: EventsOf<P, "fromGuest">[E], context: EventContext) => void,
  ): this {
    checkHandler(event, handler, "off()");
    checkNoOptions(arguments[2], "off()");
    this.#core.events.remove(event, handler);
    return this;
  }

  /**
   * Answers the guest's `NETWORK.request(method, data)` with what the handler returns or resolves to. What it throws
   * reaches the guest as an Error with its name, message, code, cause, errors and own data, without its stack and its
   * place; an array, Map, Date or their like as the `cause` of one. A request nobody handles rejects in the guest at once,
   * with code `ERR_NO_HANDLER`. A second handler of a method replaces the first; only a second `fetchProxy` is refused, as
   * two that were meant to add up would not. The methods `__fetch`, `__expose`, `__body.read`, `__body.cancel`,
   * `__body.collect`, and those that begin with `__call.` or `__handle.`, are the library's own.
   *
   * @param method - the method's name
   * @param handler - gets the data and `{ signal, isolate, method }`
   * @returns the isolate
   * @throws ArgumentError, also if this would be a second `fetchProxy`
   * @example
   * ```ts
   * worker.onRequest("fetch", async ({ url }, { signal }) => {
   *   if (!url.startsWith("https://api.example.com/")) throw new Error("URL not allowed");
   *   const response = await fetch(url, { signal });
   *   return { status: response.status, body: await response.text() };
   * });
   * ```
   */
  onRequest<M extends NameOf<MethodsOf<P, "hostMethods">>>(
    method: M,
    handler: (
      data: ArgumentOf<MethodsOf<P, "hostMethods">[M]>,
      context: RequestContext,
    ) => ResultOf<MethodsOf<P, "hostMethods">[M]> | Promise<ResultOf<MethodsOf<P, "hostMethods">[M]>>,
  ): this {
    checkHandledMethod(method, "onRequest()");
    checkHandler(method, handler, "onRequest()");
    checkNoOptions(arguments[2], "onRequest()");
    this.#core.requests.handle(method, handler);
    return this;
  }

  /**
   * Removes the handler of a request. Requests already under way are still answered.
   *
   * @param method - the method's name
   * @returns the isolate
   * @throws ArgumentError
   * @example
   * ```ts
   * worker.offRequest("fetch");
   * ```
   */
  offRequest(method: NameOf<MethodsOf<P, "hostMethods">>): this {
    checkHandledMethod(method, "offRequest()");
    checkNoOptions(arguments[1], "offRequest()");
    this.#core.requests.unhandle(method);
    return this;
  }

  /**
   * Gives the guest functions of the host: a global of this name, a frozen object with async functions, and objects with
   * more of them. A function gets the guest's arguments, copied, then a context with `signal`; what it returns or throws
   * reaches the guest as a request's answer does. A guest gives a call up by an AbortSignal as the last argument, which is
   * not passed on. Scripts that are run later find the global; what the object has is read now.
   *
   * Functions that the guest gives, in arguments or in plain objects and lists there, are functions of the host's that call them:
   * see {@link GuestFunction}. ReadableStreams and async generators cross both ways, as arguments and as what functions come to;
   * each piece is asked for when it is wanted, and leaving them early ends them on the other side.
   *
   * A guest may give more or fewer arguments than a function expects. If fewer, the context still comes where the function
   * declares its last parameter; if more, it comes after them, where `tool` is not fooled.
   *
   * @param name - the global's name: an identifier, and no global that guests have
   * @param api - functions by name, and objects of the same kind
   * @returns the isolate
   * @throws ArgumentError if the name cannot be used, or is exposed already, or something is neither function nor object
   * @throws IsolateDestroyedError, BackpressureError, MessageTooLargeError
   * @example
   * ```ts
   * worker.expose("tools", {
   *   search: async (query: string, { signal }) => (await fetch(`https://api.example.com/?q=${query}`, { signal })).json(),
   *   db: { get: (key: string) => store.get(key) },
   * });
   * await worker.evaluate(`await tools.db.get((await tools.search("tea", AbortSignal.timeout(1000))).key)`);
   * ```
   */
  expose<N extends NameOf<ExposedOf<P>>>(name: N, api: HostSide<ExposedOf<P>[N], CallContext>): this {
    checkExposed(name, api);
    checkNoOptions(arguments[2], "expose()");
    this.#core.expose(name, api);
    return this;
  }

  /**
   * Calls a handler for an event of the engine itself, which no guest can forge: see {@link SystemEvents}.
   *
   * @param type - the event's name
   * @param handler - gets the data and `{ isolate, event }`
   * @returns the isolate
   * @throws ArgumentError if there is no such event
   * @example
   * ```ts
   * worker
   *   .onSystem("terminated", ({ reason, limitMs }) => console.log("Worker was terminated:", reason, limitMs))
   *   .onSystem("error", ({ message, filename, lineno }) => console.log(`${filename}:${lineno}: ${message}`))
   *   .onSystem("destroyed", ({ reason }) => console.log("Worker was destroyed:", reason));
   * ```
   */
  onSystem<E extends SystemEvent>(type: E, handler: (data: SystemEvents[E], context: EventContext) => void): this {
    checkSystemHandler(type, handler, "onSystem()");
    checkNoOptions(arguments[2], "onSystem()");
    this.#core.system.add(type, handler, false);
    return this;
  }

  /**
   * Removes a handler given to `onSystem`.
   *
   * @param type - the event's name
   * @param handler - the same function as was added
   * @returns the isolate
   * @throws ArgumentError if there is no such event
   * @example
   * ```ts
   * worker.offSystem("terminated", handler);
   * ```
   */
  offSystem<E extends SystemEvent>(type: E, handler: (data: SystemEvents[E], context: EventContext) => void): this {
    checkSystemHandler(type, handler, "offSystem()");
    checkNoOptions(arguments[2], "offSystem()");
    this.#core.system.remove(type, handler);
    return this;
  }

  /**
   * Asks for the guest's console: without a handler its methods do nothing. What the guest logs is untrusted.
   *
   * @param handler - gets `{ level, args }` and `{ isolate }`
   * @returns the isolate
   * @throws ArgumentError, BackpressureError
   * @example
   * ```ts
   * worker.onConsole(({ level, args }, { isolate }) => console[level](`[${isolate}]`, ...args));
   * ```
   */
  onConsole(handler: (entry: ConsoleEvent, context: EventContext) => void): this {
    checkHandler("console", handler, "onConsole()");
    checkNoOptions(arguments[1], "onConsole()");
    this.#core.addConsole(handler);
    return this;
  }

  /**
   * Removes a handler given to `onConsole`. Without any, the guest's console does nothing again.
   *
   * @param handler - the same function as was added
   * @returns the isolate
   * @throws ArgumentError, BackpressureError
   * @example
   * ```ts
   * worker.offConsole(handler);
   * ```
   */
  offConsole(handler: (entry: ConsoleEvent, context: EventContext) => void): this {
    checkHandler("console", handler, "offConsole()");
    checkNoOptions(arguments[1], "offConsole()");
    this.#core.removeConsole(handler);
    return this;
  }
}
