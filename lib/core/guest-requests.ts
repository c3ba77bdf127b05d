/** A guest's requests: each goes to its handler, whose answer goes back. */
import type { SandboxError } from "../contract/errors.ts";
import { ArgumentError, DataCloneError } from "../contract/errors.ts";
import {
  BODY_CANCEL,
  BODY_READ,
  EXPOSED_CALL,
  HANDLE_END,
  HANDLE_NEXT,
  PLATFORM_FETCH,
} from "../contract/reserved-names.ts";
import { Bodies, toPlainAnswer, uploadOf } from "../fetch/bodies.ts";
import type { FetchAnswer } from "../fetch/bodies.ts";
import { sourceOf } from "../fetch/fetch-handler.ts";
import type { Handles } from "../handles/handles.ts";
import { answerBoundOf } from "./answer-bounds.ts";
import type { AbortListener, FetchResult, Requester } from "../fetch/fetch-handler.ts";
import type { HostBudget } from "./host-budget.ts";
import { toHostError } from "./host-error.ts";
import { handlerName } from "./handler-names.ts";
import type { Handler } from "./listeners.ts";
import type { Mailbox } from "./mailbox.ts";
import type { ObservedRequest } from "./observing.ts";
import { observing } from "./observing.ts";

/** Answers the requests of one guest. */
export class GuestRequests {
  readonly #toIsolate: () => object;
  /** Kept while there are handlers. */
  #kept: object | undefined;
  readonly #mailbox: Mailbox;
  readonly #budget: HostBudget;
  readonly #handlers = new Map<string, Handler>();
  /** Of the library's own, which keep nothing. */
  readonly #own = new Map<string, Handler>();
  readonly #pending = new Map<number, PendingRequest>();
  readonly #bodies: Bodies;
  readonly #handles: Handles;

  /**
   * @param toIsolate - the one that handlers are told of
   * @param budget - what handlers are at work on is counted there
   * @param call - asks the guest
   * @param handles - what crosses in answers to exposed functions
   * @param messageBytesMax - of an answer
   */
  constructor(
    toIsolate: () => object,
    mailbox: Mailbox,
    budget: HostBudget,
    call: (method: string, data: unknown) => Promise<unknown>,
    handles: Handles,
    messageBytesMax: number,
  ) {
    this.#toIsolate = toIsolate;
    this.#mailbox = mailbox;
    this.#budget = budget;
    this.#handles = handles;
    this.#bodies = new Bodies(call, budget, messageBytesMax);
  }

  get #isolate(): object {
    return this.#kept ?? this.#toIsolate();
  }

  /** Requests being answered now. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** @throws ArgumentError for a second proxy: each would be taken to allow what only the later one allows */
  handle(method: string, handler: Handler): void {
    const before = this.#handlers.get(method);
    if (before && before !== handler && sourceOf(before) && sourceOf(handler)) {
      throw new ArgumentError(
        `onRequest(${JSON.stringify(method)}): ${String(this.#isolate)} has a fetchProxy already. ` +
          `Let one proxy allow all of it, or take the first away with offRequest(${JSON.stringify(method)}).`,
      );
    }
    this.#handlers.set(method, handler);
    this.#kept ??= this.#toIsolate();
  }

  /** Answers on behalf of the library, ahead of every other handler. */
  handleOwn(method: string, handler: Handler): void {
    this.#own.set(method, handler);
  }

  unhandle(method: string): void {
    this.#handlers.delete(method);
    if (this.#handlers.size === 0) this.#kept = undefined;
  }

  /** Whether there is room for a request of so many bytes. If not, it is refused: before anything is made of it. */
  admit(requestId: number, bytes: number): boolean {
    if (this.#budget.fits(bytes)) return true;
    this.refuse(requestId, this.#budget.refusal("the request"));
    return false;
  }

  /** Whether a request takes, or gives up, what is kept already: to refuse it would be to keep that for good. */
  takesLess(method: unknown, data: unknown): boolean {
    if (method === BODY_READ || method === BODY_CANCEL) return this.#bodies.mayAnswer(data);
    return this.#handles.mayAnswer(method, data);
  }

  /**
   * Runs the handler and answers with what it comes to.
   *
   * @param weight - about what the data takes in memory, in bytes
   */
  dispatch(requestId: number, asked: string, data: unknown, weight: number): void {
    const method = asked === PLATFORM_FETCH ? FETCH : asked;
    const handler = this.#handlerOf(method);
    if (!handler) {
      const shown = method.length > 100 ? `${method.slice(0, 100)}…` : method;
      const message = `The host does not handle the request ${JSON.stringify(shown)}.`;
      this.#mailbox.respondError(requestId, { name: "Error", message, code: "ERR_NO_HANDLER" });
      return;
    }
    const upload = method === FETCH ? uploadOf(data) : undefined;
    const context = new PendingRequest(this.#isolate, method, asked === PLATFORM_FETCH, upload, answerBoundOf(handler));
    this.#pending.set(requestId, context);
    const { observer } = observing;
    if (observer && !this.#isOwn(method)) {
      const name = handlerName(handler);
      context.observed = observer.request(context.isolate, name ?? method, name !== undefined, data);
    }
    try {
      // The message is the isolate's own copy; one more of it could be of a million keys.
      if (upload !== undefined) (data as { body: unknown }).body = this.#bodies.ofGuest(upload);
      const source = method === FETCH ? sourceOf(handler) : undefined;
      if (source) {
        const settled = this.#keep(weight);
        context.observe(source, data).then(
          (result) => {
            settled();
            this.#answerResult(requestId, context, result);
          },
          (error: unknown) => {
            settled();
            this.#answerError(requestId, context, error);
          },
        );
        return;
      }
      const result: unknown = context.observe(handler, data);
      // Not the data itself, which would be kept as long as a promise that may be the host's for good.
      const piece = isPiece(method) && typeof data === "number" ? data : undefined;
      if (isThenable(result)) {
        const settled = this.#keep(weight);
        result.then(
          (value) => {
            settled();
            // A piece that could not be sent is lost, and all behind it is of no use.
            if (!this.#answer(requestId, context, value) && piece !== undefined) this.#endSource(method, piece);
          },
          (error: unknown) => {
            settled();
            this.#answerError(requestId, context, error);
          },
        );
      } else {
        this.#answer(requestId, context, result);
      }
    } catch (error) {
      this.#answerError(requestId, context, error);
    }
  }

  /** Counts what a handler is at work on, given up or not, until it has come to something. */
  #keep(weight: number): () => void {
    let bytes = weight + REQUEST_BYTES;
    this.#budget.add(bytes);
    return () => {
      // A thenable of the host's may call more than once.
      this.#budget.release(bytes);
      bytes = 0;
    };
  }

  /** Answers with an error before any handler is asked. */
  refuse(requestId: number, error: unknown): void {
    this.#mailbox.respondError(requestId, toHostError(error));
  }

  /** The guest no longer waits. */
  abort(requestId: number, reason: SandboxError): void {
    const context = this.#pending.get(requestId);
    this.#pending.delete(requestId);
    if (context) {
      context.abort(reason);
      this.#giveUpUpload(context);
    } else {
      // The answer was on its way: the guest has not taken it, and will not.
      this.#bodies.abandon(requestId);
      this.#handles.abandon(requestId, reason);
    }
  }

  /** What a piece came from that could not be sent. */
  #endSource(method: string, id: number): void {
    if (method === BODY_READ) this.#bodies.forget(id);
    else this.#handles.end(id, undefined);
  }

  /** The isolate has ended: nobody waits. */
  close(reason: SandboxError): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#handlers.clear();
    this.#own.clear();
    this.#kept = undefined;
    for (const context of pending) context.abort(reason);
    this.#bodies.close(reason);
    this.#handles.close(reason);
  }

  /** Whether it is the library that answers, not the host. */
  #isOwn(method: string): boolean {
    return isPiece(method) || method === BODY_CANCEL || method === HANDLE_END || this.#own.has(method);
  }

  #handlerOf(method: string): Handler | undefined {
    if (method === BODY_READ || method === BODY_CANCEL) return (id) => this.#bodies.answer(method, id);
    if (method === HANDLE_NEXT || method === HANDLE_END) return (id) => this.#handles.answer(method, id);
    return this.#own.get(method) ?? this.#handlers.get(method);
  }

  /** @returns false if nothing was sent but an error, if that */
  #answer(requestId: number, context: PendingRequest, value: unknown): boolean {
    if (context.method === FETCH && value instanceof Response) {
      this.#answerFetch(requestId, context, value);
      return true;
    }
    const isExposed = context.method.startsWith(EXPOSED_CALL);
    if (this.#pending.get(requestId) !== context) {
      if (isExposed) this.#handles.discard(value, context.signal.reason);
      return false;
    }
    // The platform gets a list, so that no handler's answer passes for the library's own.
    const { byPlatform, answerBytesMax } = context;
    return this.#respond(requestId, context, () => {
      if (isExposed) this.#answerCall(requestId, value, answerBytesMax);
      else this.#mailbox.respond(requestId, value, byPlatform, answerBytesMax);
    });
  }

  /** An exposed function's value: with it what crosses as numbers, if there is some. */
  #answerCall(requestId: number, value: unknown, bytesMax: number): void {
    try {
      this.#mailbox.respond(requestId, value, true, bytesMax);
    } catch (error) {
      const apart = error instanceof DataCloneError ? this.#handles.takeApart(value, requestId) : undefined;
      if (!apart) throw error;
      try {
        this.#mailbox.respond(requestId, [apart.value, apart.handles], false, bytesMax);
      } catch (failure) {
        this.#handles.drop(apart, failure);
        throw failure;
      }
    }
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
    try {
      this.#respondFetch(requestId, context, this.#bodies.ofResult(result));
    } catch (error) {
      this.#answerError(requestId, context, error);
    }
  }

  #respondFetch(requestId: number, context: PendingRequest, answer: FetchAnswer): void {
    context.observed?.status(answer[0]);
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
      context.observed?.end();
      return true;
    } catch (error) {
      this.#answerError(requestId, context, error);
      return false;
    }
  }

  #answerError(requestId: number, context: PendingRequest, error: unknown): void {
    if (this.#pending.get(requestId) !== context) return;
    this.#pending.delete(requestId);
    context.observed?.end(error);
    this.#mailbox.respondError(requestId, toHostError(error));
    this.#giveUpUpload(context);
  }

  /** A request that failed needs no body. */
  #giveUpUpload({ upload }: PendingRequest): void {
    if (upload !== undefined) void this.#bodies.giveUp(upload);
  }
}

/** The context of one request. Most handlers never look at the signal, so it is made on demand. */
class PendingRequest implements Requester {
  readonly isolate: object;
  readonly method: string;
  /** Whether the guest's platform asks, not the guest itself. */
  readonly byPlatform: boolean;
  /** The stream of the guest's that is its body, if it has one. */
  readonly upload: number | undefined;
  /** What an answer may have. */
  readonly answerBytesMax: number;
  /** Somebody hears of it. */
  observed: ObservedRequest | undefined;
  #controller: AbortController | undefined;
  #aborted: SandboxError | undefined;
  #listener: AbortListener | undefined;

  constructor(
    isolate: object,
    method: string,
    byPlatform: boolean,
    upload: number | undefined,
    answerBytesMax: number,
  ) {
    this.isolate = isolate;
    this.method = method;
    this.byPlatform = byPlatform;
    this.upload = upload;
    this.answerBytesMax = answerBytesMax;
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

  /** Not in a function of the caller's: whatever else that made would keep the data, until it has come to something. */
  observe<T>(work: (data: unknown, context: this) => T, data: unknown): T {
    const { observed } = this;
    return observed ? observed.run(() => work(data, this)) : work(data, this);
  }

  abort(reason: SandboxError): void {
    if (this.#aborted) return;
    this.observed?.end(reason);
    this.#aborted = reason;
    this.#controller?.abort(reason);
    this.#listener?.aborted(reason);
  }
}

/** What a request that a handler is at work on takes besides its data. */
const REQUEST_BYTES = 512;

/** The method behind the guest's fetch. */
const FETCH = "fetch";

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  return typeof (value as { then?: unknown }).then === "function";
}

/** Whether a request asks for the next piece of something. */
function isPiece(method: string): boolean {
  return method === BODY_READ || method === HANDLE_NEXT;
}
