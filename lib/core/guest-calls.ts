/** A host's calls: waiting for the guest's answers. */
import type { SandboxError } from "../contract/errors.ts";
import { AbortError, TimeoutError, about } from "../contract/errors.ts";
import type { CallOptions } from "../contract/options.ts";
import { resolveTimeout } from "../contract/options.ts";
import type { Ending } from "./observing.ts";
import { observing } from "./observing.ts";
import type { Histogram } from "./tally.ts";

/** One call that waits for the guest. */
interface Call {
  readonly doing: string;
  /** Whose answer it waits for: kept until it comes. */
  readonly isolate: object;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: SandboxError) => void;
  readonly cleanUp: (() => void) | undefined;
  /** 0: it is the library's own, which nobody counts. */
  readonly startedAt: number;
  readonly observed: Ending | undefined;
}

/** The host's calls of one guest: evaluates and requests. */
export class GuestCalls {
  readonly #toIsolate: () => object;
  readonly #name: string | undefined;
  readonly #cancel: (requestId: number) => void;
  readonly #wallMs: Histogram;
  readonly #calls = new Map<number, Call>();
  #lastId = 0;

  /**
   * @param toIsolate - the guest's isolate
   * @param name - what that is called
   * @param cancel - tells the engine that nobody waits any more
   * @param wallMs - how long they took
   */
  constructor(
    toIsolate: () => object,
    name: string | undefined,
    cancel: (requestId: number) => void,
    wallMs: Histogram,
  ) {
    this.#toIsolate = toIsolate;
    this.#name = name;
    this.#cancel = cancel;
    this.#wallMs = wallMs;
  }

  /** Calls not yet answered. */
  get pendingCount(): number {
    return this.#calls.size;
  }

  /**
   * @param doing - how errors name the call
   * @param post - queues it under the id it gets
   * @param isOwn - whether it is the library's own, a piece of a stream for instance
   * @returns what the guest answers
   */
  start(doing: string, options: CallOptions, post: (requestId: number) => void, isOwn = false): Promise<unknown> {
    const { signal } = options;
    const timeoutMs = resolveTimeout(options.timeoutMs, doing);
    if (signal?.aborted) throw new AbortError(doing, signal.reason);
    const requestId = this.#nextId();
    const isolate = this.#toIsolate();
    const startedAt = isOwn ? 0 : performance.now();
    post(requestId);
    const observed = isOwn ? undefined : observing.observer?.call(isolate, doing);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const cleanUp = signal || timeoutMs > 0 ? this.#watch(requestId, doing, signal, timeoutMs) : undefined;
    this.#calls.set(requestId, { doing, isolate, resolve, reject, cleanUp, startedAt, observed });
    return promise;
  }

  resolve(requestId: number, value: unknown): void {
    const call = this.#take(requestId);
    call?.observed?.();
    call?.resolve(value);
  }

  reject(requestId: number, toError: (doing: string) => SandboxError): void {
    const call = this.#take(requestId);
    if (!call) return;
    const error = about(toError(call.doing), this.#name);
    call.observed?.(error);
    call.reject(error);
  }

  /** The isolate has ended: nothing will be answered. */
  close(toError: (doing: string) => SandboxError): void {
    for (const requestId of [...this.#calls.keys()]) this.reject(requestId, toError);
  }

  #take(requestId: number): Call | undefined {
    const call = this.#calls.get(requestId);
    if (call) {
      this.#calls.delete(requestId);
      call.cleanUp?.();
      if (call.startedAt > 0) this.#wallMs.add(performance.now() - call.startedAt);
    }
    return call;
  }

  #watch(requestId: number, doing: string, signal: AbortSignal | undefined, timeoutMs: number): () => void {
    const giveUp = (error: SandboxError): void => {
      this.#cancel(requestId);
      this.reject(requestId, () => error);
    };
    const onAbort = (): void => giveUp(new AbortError(doing, signal?.reason));
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer = timeoutMs > 0 ? setTimeout(() => giveUp(new TimeoutError(doing, timeoutMs)), timeoutMs) : undefined;
    // A waiting call does not keep the process alive: its isolate does.
    timer?.unref();
    return () => {
      signal?.removeEventListener("abort", onAbort);
      clearTimeout(timer);
    };
  }

  /** Ids are u32, not 0, and not reused while a call is under way. */
  #nextId(): number {
    do this.#lastId = this.#lastId >= 0xffff_ffff ? 1 : this.#lastId + 1;
    while (this.#calls.has(this.#lastId));
    return this.#lastId;
  }
}
