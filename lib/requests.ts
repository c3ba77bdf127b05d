/** Requests both ways: answering the guest's, and waiting for the guest's answers. */
import { BODY_CANCEL, BODY_READ, Bodies, toPlainAnswer } from "./bodies.ts";
import type { FetchAnswer } from "./bodies.ts";
import { AbortError, SandboxError, TimeoutError } from "./errors.ts";
import type { RequestContext, RequestHandler } from "./events.ts";
import { sourceOf } from "./fetch-handler.ts";
import type { AbortListener, FetchResult, Requester } from "./fetch-handler.ts";
import type { Isolate } from "./isolate.ts";
import type { HostError, Mailbox } from "./mailbox.ts";
import type { CallOptions } from "./options.ts";
import { resolveTimeout } from "./options.ts";

/** Answers the requests of one guest. */
export class GuestRequests {
  readonly #isolate: Isolate;
  readonly #mailbox: Mailbox;
  readonly #handlers = new Map<string, RequestHandler>();
  readonly #pending = new Map<number, PendingRequest>();
  readonly #bodies: Bodies;

  /** @param call - asks the guest */
  constructor(isolate: Isolate, mailbox: Mailbox, call: (method: string, data: unknown) => Promise<unknown>) {
    this.#isolate = isolate;
    this.#mailbox = mailbox;
    this.#bodies = new Bodies(call);
  }

  /** Requests being answered now. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  handle(method: string, handler: RequestHandler): void {
    this.#handlers.set(method, handler);
  }

  unhandle(method: string): void {
    this.#handlers.delete(method);
  }

  /** Runs the handler and answers with what it comes to. */
  dispatch(requestId: number, asked: string, data: unknown): void {
    const method = asked === PLATFORM_FETCH ? FETCH : asked;
    const handler = this.#handlerOf(method);
    if (!handler) {
      const shown = method.length > 100 ? `${method.slice(0, 100)}…` : method;
      const message = `The host does not handle the request ${JSON.stringify(shown)}.`;
      this.#mailbox.respondError(requestId, { name: "Error", message, code: "ERR_NO_HANDLER" });
      return;
    }
    const context = new PendingRequest(this.#isolate, method, asked === PLATFORM_FETCH);
    this.#pending.set(requestId, context);
    try {
      const argument = method === FETCH ? this.#bodies.fromFetch(data) : data;
      const source = method === FETCH ? sourceOf(handler) : undefined;
      if (source) {
        source(argument, context).then(
          (result) => this.#answerResult(requestId, context, result),
          (error: unknown) => this.#answerError(requestId, context, error),
        );
        return;
      }
      const result: unknown = handler(argument, context);
      if (isThenable(result)) {
        result.then(
          (value) => this.#answer(requestId, context, value),
          (error: unknown) => this.#answerError(requestId, context, error),
        );
      } else {
        this.#answer(requestId, context, result);
      }
    } catch (error) {
      this.#answerError(requestId, context, error);
    }
  }

  /** Answers with an error before any handler is asked. */
  refuse(requestId: number, error: unknown): void {
    this.#mailbox.respondError(requestId, toHostError(error));
  }

  /** The guest no longer waits. */
  abort(requestId: number, reason: SandboxError): void {
    const context = this.#pending.get(requestId);
    this.#pending.delete(requestId);
    if (context) context.abort(reason);
    // The answer was on its way: the guest has not taken it, and will not.
    else this.#bodies.abandon(requestId);
  }

  /** The isolate has ended: nobody waits. */
  close(reason: SandboxError): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#handlers.clear();
    for (const context of pending) context.abort(reason);
    this.#bodies.close(reason);
  }

  #handlerOf(method: string): RequestHandler | undefined {
    if (method === BODY_READ || method === BODY_CANCEL) return (id) => this.#bodies.answer(method, id);
    return this.#handlers.get(method);
  }

  #answer(requestId: number, context: PendingRequest, value: unknown): void {
    if (context.method === FETCH && value instanceof Response) return this.#answerFetch(requestId, context, value);
    if (this.#pending.get(requestId) !== context) return;
    // The platform gets a list, so that no handler's answer passes for the library's own.
    this.#respond(requestId, context, () => this.#mailbox.respond(requestId, value, context.byPlatform));
  }

  #answerFetch(requestId: number, context: PendingRequest, response: Response): void {
    if (this.#pending.get(requestId) !== context) {
      // Nobody waits for it: its connection is not kept open either.
      void response.body?.cancel().catch(() => {});
      return;
    }
    if (response.type === "error") {
      return this.#answerError(requestId, context, new Error("The host's handler answered with a network error."));
    }
    try {
      const respond = (answer: FetchAnswer): void => this.#respondFetch(requestId, context, answer);
      const answer = this.#bodies.ofResponse(response);
      if (!(answer instanceof Promise)) return respond(answer);
      answer.then(respond, (error: unknown) => this.#answerError(requestId, context, error));
    } catch (error) {
      this.#answerError(requestId, context, error);
    }
  }

  #answerResult(requestId: number, context: PendingRequest, result: FetchResult): void {
    this.#respondFetch(requestId, context, this.#bodies.ofResult(result));
  }

  #respondFetch(requestId: number, context: PendingRequest, answer: FetchAnswer): void {
    const post = context.byPlatform
      ? (): void => this.#mailbox.respondList(requestId, answer)
      : (): void => this.#mailbox.respond(requestId, toPlainAnswer(answer));
    const sent = this.#pending.get(requestId) === context && this.#respond(requestId, context, post);
    if (sent) this.#bodies.answered(requestId, answer);
    else this.#bodies.drop(answer);
  }

  /** @returns false if the value cannot be sent: the guest gets the error */
  #respond(requestId: number, context: PendingRequest, post: () => void): boolean {
    try {
      post();
      this.#pending.delete(requestId);
      return true;
    } catch (error) {
      this.#answerError(requestId, context, error);
      return false;
    }
  }

  #answerError(requestId: number, context: PendingRequest, error: unknown): void {
    if (this.#pending.get(requestId) !== context) return;
    this.#pending.delete(requestId);
    this.#mailbox.respondError(requestId, toHostError(error));
  }
}

/** The context of one request. Most handlers never look at the signal, so it is made on demand. */
class PendingRequest implements RequestContext, Requester {
  readonly isolate: Isolate;
  readonly method: string;
  /** Whether the guest's platform asks, not the guest itself. */
  readonly byPlatform: boolean;
  #controller: AbortController | undefined;
  #aborted: SandboxError | undefined;
  #listener: AbortListener | undefined;

  constructor(isolate: Isolate, method: string, byPlatform: boolean) {
    this.isolate = isolate;
    this.method = method;
    this.byPlatform = byPlatform;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  whenAborted(listener: AbortListener | undefined): void {
    this.#listener = listener;
    if (this.#aborted) listener?.aborted(this.#aborted);
  }

  abort(reason: SandboxError): void {
    if (this.#aborted) return;
    this.#aborted = reason;
    this.#controller?.abort(reason);
    this.#listener?.aborted(reason);
  }
}

/** The method behind the guest's fetch, and its name when the platform asks, which can read the library's own answers. */
const FETCH = "fetch";
const PLATFORM_FETCH = "__fetch";

/** Longer messages are cut, so that no host error is too large to send. */
const MESSAGE_LENGTH_MAX = 16_384;

/** What a guest may know of whatever a handler threw. */
function toHostError(error: unknown): HostError {
  try {
    if (error instanceof Error) {
      const { name, message } = error;
      const code: unknown = "code" in error ? error.code : undefined;
      return {
        name: cut(String(name)),
        message: cut(String(message)),
        code: typeof code === "string" || typeof code === "number" ? cut(String(code)) : undefined,
      };
    }
    return { name: "Error", message: cut(String(error)) };
  } catch {
    return { name: "Error", message: "The handler threw a value that has no text." };
  }
}

function cut(text: string): string {
  return text.length > MESSAGE_LENGTH_MAX ? `${text.slice(0, MESSAGE_LENGTH_MAX)}…` : text;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  return typeof (value as { then?: unknown }).then === "function";
}

/** One call that waits for the guest. */
interface Call {
  readonly doing: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: SandboxError) => void;
  readonly cleanUp: (() => void) | undefined;
}

/** The host's calls of one guest: evaluates and requests. */
export class GuestCalls {
  readonly #cancel: (requestId: number) => void;
  readonly #calls = new Map<number, Call>();
  #lastId = 0;

  /** @param cancel - tells the engine that nobody waits any more */
  constructor(cancel: (requestId: number) => void) {
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
    const timeoutMs = resolveTimeout(options.timeoutMs);
    if (signal?.aborted) throw new AbortError(doing, signal.reason);
    const requestId = this.#nextId();
    post(requestId);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const cleanUp = signal || timeoutMs > 0 ? this.#watch(requestId, doing, signal, timeoutMs) : undefined;
    this.#calls.set(requestId, { doing, resolve, reject, cleanUp });
    return promise;
  }

  resolve(requestId: number, value: unknown): void {
    this.#take(requestId)?.resolve(value);
  }

  reject(requestId: number, toError: (doing: string) => SandboxError): void {
    const call = this.#take(requestId);
    call?.reject(toError(call.doing));
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
