/**
 * NETWORK: messages and requests between the guest and its host. No web specification: the project's own API.
 */
import { type AbortAlgorithm, type AbortState, abortStateOf } from "../events/abort-state.ts";
import { placed } from "../core/call-place.ts";
import { Op } from "../core/engine.ts";
import { type HostError, toError } from "../errors/host-error.ts";
import { ListenerList } from "../core/listener-list.ts";
import {
  NativeError,
  NativeTypeError,
  ObjectDefineProperty,
  PromiseWithResolvers,
  SafeMap,
} from "../core/primordials.ts";
import { reportException } from "../errors/report-exception.ts";
import { executing, toDictionary, toFunction } from "../webidl/converters.ts";
import { loadValue } from "../webidl/lazy.ts";

type MessageHandler = (data: unknown) => unknown;

/** A request of the guest's that the host has not answered. */
export class PendingRequest {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortState | undefined;
  /**
   * Where the guest asked, whose stack the errors get that come later, if they have none; undefined: the caller sees to it.
   * Set when the request is under way: collecting a stack takes the time of an answer.
   */
  place: object | undefined = undefined;
  /** What the signal runs when it aborts. */
  algorithm: AbortAlgorithm | undefined = undefined;

  constructor(resolve: (value: unknown) => void, reject: (reason: unknown) => void, signal: AbortState | undefined) {
    this.resolve = resolve;
    this.reject = reject;
    this.signal = signal;
  }
}

const sendContext = executing("send", "NETWORK");
const requestContext = executing("request", "NETWORK");
const requestIdMax = 0xffffffff;

/** The maps are made when an isolate starts: a snapshot keeps none. */
let listeners: SafeMap<unknown, ListenerList<MessageHandler>>;
let internalListeners: SafeMap<unknown, MessageHandler> | undefined;
let requestHandlers: SafeMap<unknown, MessageHandler>;
let pending: SafeMap<number, PendingRequest>;
let requestsMax = 0;
let lastRequestId = 0;

/** Once, when an isolate starts. 0 = unlimited. */
export function startNetwork(pendingRequestsMax: number): void {
  listeners = new SafeMap<unknown, ListenerList<MessageHandler>>();
  requestHandlers = new SafeMap<unknown, MessageHandler>();
  pending = new SafeMap<number, PendingRequest>();
  requestsMax = pendingRequestsMax;
}

/**
 * Listens on behalf of the platform, ahead of every guest listener and out of its reach (`__ws_event`). While an
 * isolate runs; one listener an event.
 */
export function listenInternally(event: string, listener: MessageHandler): void {
  internalListeners ??= new SafeMap<unknown, MessageHandler>();
  internalListeners.set(event, listener);
}

/** Hook 1. The number of listeners that were called. */
export function dispatchMessage(event: unknown, data: unknown): number {
  let called = 0;
  if (internalListeners !== undefined) {
    const internal = internalListeners.get(event);
    if (internal !== undefined) {
      called++;
      callListener(internal, data);
    }
  }
  const list = listeners.get(event);
  if (list === undefined || list.last === null) return called;
  const end = list.last.sequence;
  for (let listener = list.first; listener !== null && listener.sequence <= end; listener = listener.next) {
    if (listener.removed) continue;
    called++;
    callListener(listener.value, data);
  }
  return called;
}

/** An exception is reported and does not concern the other listeners. */
function callListener(listener: MessageHandler, data: unknown): void {
  try {
    listener(data);
  } catch (error) {
    reportException(error);
  }
}

/** An error with a code, as a host's handler would have sent it. */
export function codedError(message: string, code: string): Error {
  const error = new NativeError(message);
  ObjectDefineProperty(error, "code", {
    __proto__: null,
    value: code,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  return error;
}

let internalRequestHandlers: SafeMap<unknown, MessageHandler> | undefined;

/** Answers the host on behalf of the platform, out of the guest's reach. While an isolate runs; one handler a method. */
export function answerInternally(method: string, handler: MessageHandler): void {
  internalRequestHandlers ??= new SafeMap<unknown, MessageHandler>();
  internalRequestHandlers.set(method, handler);
}

let platformHandlers: ((method: unknown) => MessageHandler | undefined) | undefined;

/** Gives what answers the host on behalf of the platform where no guest does. While the snapshot is made, once. */
export function answerForPlatform(handlers: (method: unknown) => MessageHandler | undefined): void {
  platformHandlers = handlers;
}

function platformHandler(method: unknown): MessageHandler | undefined {
  if (method === "__expose") return loadValue("exposer") as MessageHandler;
  return method === "__advance" ? (loadValue("advancer") as MessageHandler) : platformHandlers?.(method);
}

/** Hook 2. */
export async function serveRequest(id: number, method: unknown, data: unknown): Promise<void> {
  let handler: MessageHandler | undefined;
  try {
    handler = internalRequestHandlers?.get(method) ?? requestHandlers.get(method);
    if (handler === undefined) handler = platformHandler(method);
    if (handler === undefined) {
      throw codedError(`The guest has no NETWORK.onRequest handler for '${method as string}'.`, "ERR_NO_HANDLER");
    }
    // A value that cannot be cloned answers with the DataCloneError.
    op(Op.Reply, id, await handler(data));
  } catch (error) {
    op(Op.ReplyError, id, error, handler);
  }
}

function takePending(id: number): PendingRequest | undefined {
  const request = pending.get(id);
  if (request === undefined) return undefined;
  pending.delete(id);
  request.signal?.remove(request.algorithm);
  return request;
}

/** Hook 3. An answer to a request that was given up goes nowhere. */
export function settleRequest(id: number, ok: boolean, value: unknown): void {
  const request = takePending(id);
  if (request === undefined) return;
  if (ok) request.resolve(value);
  else request.reject(toError(value as HostError, request.place));
}

function freshRequestId(): number {
  do {
    lastRequestId = lastRequestId === requestIdMax ? 1 : lastRequestId + 1;
  } while (pending.has(lastRequestId));
  return lastRequestId;
}

function requireString(value: unknown, parameter: number, context: string): asserts value is string {
  if (typeof value === "string") return;
  throw new NativeTypeError(`${context}: parameter ${parameter} is not of type 'string'.`);
}

/** The `signal` of a request's options. */
function toSignal(options: unknown, context: string): AbortState | undefined {
  const signal = toDictionary(options, context)?.signal;
  if (signal === undefined || signal === null) return undefined;
  const state = abortStateOf(signal);
  if (state === undefined) throw new NativeTypeError(`${context}: member signal is not of type 'AbortSignal'.`);
  return state;
}

/** What throws here rejects the promise. */
function startRequest(
  method: unknown,
  data: unknown,
  options: unknown,
  resolve: (value: unknown) => void,
  reject: (reason: unknown) => void,
): PendingRequest {
  requireString(method, 1, requestContext);
  const signal = options === undefined ? undefined : toSignal(options, requestContext);
  return sendRequest(method, data, signal, resolve, reject);
}

/**
 * A request, the platform's own too: their answers are no promises, which would look for a guest's `then`. `data` is the
 * prelude's.
 *
 * @throws what keeps it from being sent
 */
export function sendRequest(
  method: string,
  data: unknown,
  signal: AbortState | undefined,
  resolve: (value: unknown) => void,
  reject: (reason: unknown) => void,
): PendingRequest {
  if (signal?.aborted) throw signal.reason;
  if (requestsMax !== 0 && pending.size >= requestsMax) {
    throw codedError(
      `${requestContext}: ${requestsMax} requests are pending, which is this isolate's limit.`,
      "ERR_LIMIT",
    );
  }
  const id = freshRequestId();
  op(Op.Request, id, method, data);
  const request = new PendingRequest(resolve, reject, signal);
  pending.set(id, request);
  if (signal !== undefined) {
    request.algorithm = signal.add(() => {
      takePending(id);
      op(Op.RequestAborted, id);
      reject(placed(signal.reason, request.place));
    });
  }
  return request;
}

const NETWORK = {
  send(event: unknown, data: unknown): void {
    requireString(event, 1, sendContext);
    op(Op.Send, event, data);
  },

  request(method: unknown, data: unknown, options: unknown = undefined): Promise<unknown> {
    const { promise, resolve, reject } = PromiseWithResolvers<unknown>();
    try {
      const request = startRequest(method, data, options, resolve, reject);
      // Here, not further in: V8 takes its time for each call on the stack, whether it shows it or not.
      request.place = new NativeError();
    } catch (error) {
      reject(error);
    }
    return promise;
  },

  on(event: unknown, handler: unknown): void {
    const context = executing("on", "NETWORK");
    requireString(event, 1, context);
    const listener = toFunction<MessageHandler>(handler, 2, context);
    let list = listeners.get(event);
    if (list === undefined) {
      list = new ListenerList<MessageHandler>();
      listeners.set(event, list);
    }
    list.append(listener);
  },

  /** Removes the registration of this handler that was made last, if there is one. */
  off(event: unknown, handler: unknown): void {
    const context = executing("off", "NETWORK");
    requireString(event, 1, context);
    const value = toFunction<MessageHandler>(handler, 2, context);
    const list = listeners.get(event);
    if (list === undefined) return;
    for (let listener = list.last; listener !== null; listener = listener.previous) {
      if (listener.value !== value) continue;
      list.remove(listener);
      if (list.first === null) listeners.delete(event);
      return;
    }
  },

  /** One handler a method: a later one takes the place of an earlier one, null takes it away. */
  onRequest(method: unknown, handler: unknown): void {
    const context = executing("onRequest", "NETWORK");
    requireString(method, 1, context);
    if (handler === null) requestHandlers.delete(method);
    else requestHandlers.set(method, toFunction<MessageHandler>(handler, 2, context));
  },
};

for (const method of Object.values(NETWORK)) Object.freeze(method);
Object.defineProperty(NETWORK, Symbol.toStringTag, { value: "NETWORK" });
Object.defineProperty(globalThis, "NETWORK", {
  value: Object.freeze(NETWORK),
  writable: false,
  enumerable: true,
  configurable: false,
});
