/**
 * Handlers of the guest's fetch that the library makes itself. To everybody they are functions that answer with a
 * Response; an isolate that has one for its own handler asks for what would become of it, as to make a Response and to
 * take it apart again costs more than all the rest of a short exchange.
 */

/** A response without the object. */
export interface FetchResult {
  readonly status: number;
  readonly statusText: string;
  /** Names in lower case and values, in turn. */
  readonly headers: readonly string[];
  readonly url: string;
  readonly redirected: boolean;
  /** Bytes that are all there, or a stream that reads nothing ahead. */
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
}

/** Hears that nobody waits for an answer any more. */
export interface AbortListener {
  aborted(reason: unknown): void;
}

/**
 * Who waits for a request's answer, and until when.
 * @typeParam Isolate - as the handler knows it
 */
export interface Requester<Isolate = object> {
  readonly isolate: Isolate;
  /** Sets the one who hears when nobody waits any more: at once if that is so already. */
  whenAborted(listener: AbortListener | undefined): void;
}

/**
 * Answers a request for the library.
 * @typeParam Isolate - as the handler knows it
 */
export type FetchSource<Isolate = object> = (data: unknown, requester: Requester<Isolate>) => Promise<FetchResult>;

const sources = new WeakMap<object, FetchSource>();

/** Says how a handler is asked without a Response. */
export function withSource<Handler extends object, Isolate>(handler: Handler, source: FetchSource<Isolate>): Handler {
  // Who asks is who the handler was given to.
  sources.set(handler, source as FetchSource);
  return handler;
}

/** How a handler is asked without a Response, if it can be. */
export function sourceOf(handler: object): FetchSource | undefined {
  return sources.get(handler);
}

/** What a request handler's context has of its caller. */
interface Caller<Isolate> {
  readonly isolate: Isolate;
  readonly signal: AbortSignal;
}

/** Whoever called a handler as the function it is. */
export function requesterOf<Isolate>({ isolate, signal }: Caller<Isolate>): Requester<Isolate> {
  let listener: AbortListener | undefined;
  const onAbort = (): void => listener?.aborted(signal.reason);
  return {
    isolate,
    whenAborted(heard): void {
      listener = heard;
      if (heard && signal.aborted) onAbort();
      else if (heard) signal.addEventListener("abort", onAbort);
      else signal.removeEventListener("abort", onAbort);
    },
  };
}
