/**
 * Types of a guest's own project: `"types": ["network-runtime/guest"]` in its tsconfig.json declares the globals that a guest
 * has and no others, and so does `"extends": "network-runtime/guest/tsconfig.json"`. `network-runtime/guest/network` declares
 * `NETWORK` alone, for programs whose other globals are declared by somebody else: a host's, that looks into its guest.
 *
 * What host and guest say to each other is typed on both sides by one {@link Protocol}:
 *
 * @example
 * ```ts
 * import type { Exposed } from "network-runtime/guest";
 * import type { Shop } from "../shop.ts"; // sandbox.createIsolate<Shop>()
 *
 * declare global {
 *   interface GuestProtocol extends Shop {} // NETWORK's
 *   const tools: Exposed<Shop>["tools"];
 * }
 * ```
 * @module guest
 */
import type { ArgsOf, ArgumentOf, EventsOf, MethodsOf, NameOf, Protocol, ResultOf } from "../contract/events.ts";
import type { ExposedOf, GuestApi } from "../contract/exposed.ts";
import type { PlatformAbortSignal } from "../contract/platform.ts";

/**
 * What the host exposes, by its global's name, as the guest has it.
 * @typeParam P - what host and guest say to each other
 */
export type Exposed<P extends Protocol> = { readonly [Name in keyof ExposedOf<P>]: GuestApi<ExposedOf<P>[Name]> };

/**
 * What the host binds by `args`, by its name.
 * @typeParam P - what host and guest say to each other
 */
export type Args<P extends Protocol> = ArgsOf<P>;

/** Options of `NETWORK.request`. */
export interface NetworkRequestOptions {
  /** Gives the request up when it aborts: the promise rejects with its reason, and the host's handler is told. */
  signal?: PlatformAbortSignal | null | undefined;
}

/**
 * The guest's `NETWORK`.
 * @typeParam P - what host and guest say to each other; untyped where it says nothing
 */
export interface Network<P extends Protocol = Protocol> {
  /**
   * Sends a message to the host's `isolate.on(event)` handlers.
   *
   * @param event - the event's name
   * @param data - anything structured clone can copy
   * @throws DataCloneError if the data holds a function, a symbol or the like
   */
  send<E extends NameOf<EventsOf<P, "fromGuest">>>(
    event: E,
    ...data: undefined extends EventsOf<P, "fromGuest">[E]
      ? [data?: EventsOf<P, "fromGuest">[E]]
      : [data: EventsOf<P, "fromGuest">[E]]
  ): void;

  /**
   * Asks the host, which answers with its `isolate.onRequest(method)` handler.
   *
   * @typeParam T - the answer's type, where the protocol says nothing of it
   * @typeParam M - the method
   * @param method - the method's name
   * @param data - anything structured clone can copy
   * @param options - signal
   * @returns the host's answer, copied; it rejects with what the host's handler threw, or with `ERR_NO_HANDLER`
   */
  request<T = never, M extends NameOf<MethodsOf<P, "hostMethods">> = NameOf<MethodsOf<P, "hostMethods">>>(
    method: M,
    data?: ArgumentOf<MethodsOf<P, "hostMethods">[M]>,
    options?: NetworkRequestOptions,
  ): Promise<[T] extends [never] ? ResultOf<MethodsOf<P, "hostMethods">[M]> : NoInfer<T>>;

  /**
   * Calls a handler for every message the host sends under this name.
   *
   * @param event - the event's name
   * @param handler - gets the data
   */
  on<E extends NameOf<EventsOf<P, "toGuest">>>(event: E, handler: (data: EventsOf<P, "toGuest">[E]) => unknown): void;

  /**
   * Removes a handler given to `on`: the registration made last if there are several. Unknown ones are ignored.
   *
   * @param event - the event's name
   * @param handler - the same function as was added
   */
  off<E extends NameOf<EventsOf<P, "toGuest">>>(event: E, handler: (data: EventsOf<P, "toGuest">[E]) => unknown): void;

  /**
   * Answers the host's `isolate.request(method)` with what the handler returns or resolves to, or with what it throws. A second
   * handler of a method replaces the first; null takes it away.
   *
   * @param method - the method's name
   * @param handler - gets the data
   */
  onRequest<M extends NameOf<MethodsOf<P, "guestMethods">>>(
    method: M,
    handler:
      | ((
          data: ArgumentOf<MethodsOf<P, "guestMethods">[M]>,
        ) => ResultOf<MethodsOf<P, "guestMethods">[M]> | Promise<ResultOf<MethodsOf<P, "guestMethods">[M]>>)
      | null,
  ): void;
}
