/**
 * Handlers of the guest's fetch that the library makes itself. To everybody they are functions that answer with a
 * Response; an isolate that has one for its own handler asks for what would become of it, as to make a Response and to
 * take it apart again costs more than all the rest of a short exchange.
 */
import type { RequestContext } from "./events.ts";
import type { Isolate } from "./isolate.ts";

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

/** Who waits for a request's answer, and until when. */
export interface Requester {
  readonly isolate: Isolate;
  /** Sets the one who hears when nobody waits any more: at once if that is so already. */
  whenAborted(listener: AbortListener | undefined): void;
}

/** Answers a request for the library. */
export type FetchSource = (data: unknown, requester: Requester) => Promise<FetchResult>;

const sources = new WeakMap<object, FetchSource>();

/** Says how a handler is asked without a Response. */
export function withSource<Handler extends object>(handler: Handler, source: FetchSource): Handler {
  sources.set(handler, source);
  return handler;
}

/** How a handler is asked without a Response, if it can be. */
export function sourceOf(handler: object): FetchSource | undefined {
  return sources.get(handler);
}

/** Whoever called a handler as the function it is. */
export function requesterOf({ isolate, signal }: RequestContext): Requester {
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
