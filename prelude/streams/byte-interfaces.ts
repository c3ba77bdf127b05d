/**
 * Streams: ReadableByteStreamController and ReadableStreamBYOBRequest.
 * https://streams.spec.whatwg.org/#rbs-controller-class
 */
import { ArrayBufferByteLength, NativeTypeError, TypedArrayBuffer } from "../core/primordials.ts";
import { executing, requireArguments, toEnforcedUnsignedLongLong } from "../webidl/converters.ts";
import { internalConstruction, publishInterface, requireInternal } from "../webidl/interfaces.ts";
import { type ByteController, type RequestState, provideRequests } from "./readable-byte-controller.ts";
import { isDetached, toView } from "./views.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";

/** https://streams.spec.whatwg.org/#rbs-controller-class-definition */
class ReadableByteStreamController {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #state: ByteController;

  constructor() {
    requireInternal(arguments[0]);
    this.#state = arguments[1] as ByteController;
  }

  get byobRequest(): object | null {
    return this.#state.byobRequest;
  }

  get desiredSize(): number | null {
    return this.#state.desiredSize;
  }

  close(): void {
    const state = this.#state;
    const context = executing("close", "ReadableByteStreamController");
    if (state.closeRequested) throw new NativeTypeError(`${context}: The stream is closing already.`);
    if (state.stream.state !== "readable") {
      throw new NativeTypeError(`${context}: The stream is not in a state that permits close.`);
    }
    state.close();
  }

  enqueue(chunk: unknown): void {
    const state = this.#state;
    const context = executing("enqueue", "ReadableByteStreamController");
    requireArguments(arguments.length, 1, context);
    const view = toView(chunk, context);
    if (view.byteLength === 0 || ArrayBufferByteLength(view.buffer) === 0) {
      throw new NativeTypeError(`${context}: The chunk has no bytes.`);
    }
    if (state.closeRequested) throw new NativeTypeError(`${context}: The stream is closing.`);
    if (state.stream.state !== "readable") {
      throw new NativeTypeError(`${context}: The stream is not in a state that permits enqueue.`);
    }
    state.enqueue(view);
  }

  error(reason: unknown = undefined): void {
    this.#state.error(reason);
  }
}

publishInterface(ReadableByteStreamController, "ReadableByteStreamController");

/** https://streams.spec.whatwg.org/#rs-byob-request-class */
class ReadableStreamBYOBRequest {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #state: RequestState;

  constructor() {
    requireInternal(arguments[0]);
    this.#state = arguments[1] as RequestState;
  }

  get view(): ArrayBufferView | null {
    return this.#state.view;
  }

  respond(bytesWritten: unknown): void {
    const state = this.#state;
    const context = executing("respond", "ReadableStreamBYOBRequest");
    requireArguments(arguments.length, 1, context);
    const count = toEnforcedUnsignedLongLong(bytesWritten, context);
    if (state.controller === undefined) throw new NativeTypeError(`${context}: The request was answered already.`);
    if (isDetached(TypedArrayBuffer(state.view!) as ArrayBuffer)) {
      throw new NativeTypeError(`${context}: The request's buffer has been detached, and so cannot be used.`);
    }
    state.controller.respond(count);
  }

  respondWithNewView(view: unknown): void {
    const state = this.#state;
    const context = executing("respondWithNewView", "ReadableStreamBYOBRequest");
    requireArguments(arguments.length, 1, context);
    const parts = toView(view, context);
    if (state.controller === undefined) throw new NativeTypeError(`${context}: The request was answered already.`);
    if (isDetached(parts.buffer)) {
      throw new NativeTypeError(`${context}: The view's buffer has been detached, and so cannot be used.`);
    }
    state.controller.respondWithNewView(parts);
  }
}

publishInterface(ReadableStreamBYOBRequest, "ReadableStreamBYOBRequest");

type Internal = new (token: symbol, state: object) => object;

provideRequests((state): object => new (ReadableStreamBYOBRequest as unknown as Internal)(internalConstruction, state));

/** The object that a guest's byte source gets. */
export function newByteController(state: ByteController): object {
  return new (ReadableByteStreamController as unknown as Internal)(internalConstruction, state);
}
