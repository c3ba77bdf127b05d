/** A host's calls: waiting for the guest's answers. */
import type { SandboxError } from "../contract/errors.ts";
import { AbortError, TimeoutError, about } from "../contract/errors.ts";
import type { CallOptions } from "../contract/options.ts";
import { resolveTimeout } from "../contract/options.ts";

/** One call that waits for the guest. */
interface Call {
  readonly doing: string;
  /** Whose answer it waits for: kept until it comes. */
  readonly isolate: object;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: SandboxError) => void;
  readonly cleanUp: (() => void) | undefined;
}

/** The host's calls of one guest: evaluates and requests. */
export class GuestCalls {
  readonly #toIsolate: () => object;
  readonly #name: string | undefined;
  readonly #cancel: (requestId: number) => void;
  readonly #calls = new Map<number, Call>();
  #lastId = 0;

  /**
   * @param toIsolate - the guest's isolate
   * @param name - what that is called
   * @param cancel - tells the engine that nobody waits any more
   */
  constructor(toIsolate: () => object, name: string | undefined, cancel: (requestId: number) => void) {
    this.#toIsolate = toIsolate;
    this.#name = name;
    this.#cancel = cancel;
  }

  /** Calls not yet answered. */
  get pendingCount(): number {
    return this.#calls.size;
  }

  /**
   * @param doing - how errors name the call
   * @param post - queues it under the id it gets
   * @returns what the guest answers
   */
  start(doing: string, options: CallOptions, post: (requestId: number) => void): Promise<unknown> {
    const { signal } = options;
    const timeoutMs = resolveTimeout(options.timeoutMs, doing);
    if (signal?.aborted) throw new AbortError(doing, signal.reason);
    const requestId = this.#nextId();
    post(requestId);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const cleanUp = signal || timeoutMs > 0 ? this.#watch(requestId, doing, signal, timeoutMs) : undefined;
    this.#calls.set(requestId, { doing, isolate: this.#toIsolate(), resolve, reject, cleanUp });
    return promise;
  }

  resolve(requestId: number, value: unknown): void {
    this.#take(requestId)?.resolve(value);
  }

  reject(requestId: number, toError: (doing: string) => SandboxError): void {
    const call = this.#take(requestId);
    call?.reject(about(toError(call.doing), this.#name));
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
