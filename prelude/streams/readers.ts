/**
 * Streams: readers. https://streams.spec.whatwg.org/#default-reader-class
 */
import { ArrayBufferByteLength, NativeRangeError, NativeTypeError } from "../core/primordials.ts";
import {
  constructing,
  executing,
  requireArguments,
  toDictionary,
  toEnforcedUnsignedLongLong,
} from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { rejectedPromise } from "./promises.ts";
import { ByteController } from "./readable-byte-controller.ts";
import {
  PromiseReadRequest,
  type ReadIntoRequest,
  type ReadResult,
  type ReadableState,
  ReaderState,
  cancelStream,
  readDefault,
  releaseReader,
} from "./readable-state.ts";
import { type View, isDetached, toView } from "./views.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";

/** The state behind a ReadableStream, undefined for every other value. readable-stream.ts provides it. */
let readableStateOf: (value: unknown) => ReadableState | undefined = () => undefined;

export function provideReadableStateOf(find: (value: unknown) => ReadableState | undefined): void {
  readableStateOf = find;
}

function toUnlocked(value: unknown, context: string): ReadableState {
  const stream = readableStateOf(value);
  if (stream === undefined) throw new NativeTypeError(`${context}: parameter 1 is not of type 'ReadableStream'.`);
  if (stream.locked) throw new NativeTypeError(`${context}: The stream is locked to a reader already.`);
  return stream;
}

function released(operation: string, on: string): TypeError {
  return new NativeTypeError(`${executing(operation, on)}: The reader was released.`);
}

function cancelBy(reader: ReaderState, reason: unknown, name: string): Promise<undefined> {
  if (reader.stream === undefined) throw released("cancel", name);
  return cancelStream(reader.stream, reason);
}

/** https://streams.spec.whatwg.org/#default-reader-class-definition */
export class ReadableStreamDefaultReader {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #state: ReaderState;

  constructor(stream: unknown) {
    const context = constructing("ReadableStreamDefaultReader");
    requireArguments(arguments.length, 1, context);
    this.#state = new ReaderState(toUnlocked(stream, context), false);
  }

  get closed(): Promise<undefined> {
    try {
      return this.#state.closed.promise;
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  cancel(reason: unknown = undefined): Promise<undefined> {
    try {
      return cancelBy(this.#state, reason, "ReadableStreamDefaultReader");
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  read(): Promise<ReadResult> {
    try {
      const reader = this.#state;
      if (reader.stream === undefined) throw released("read", "ReadableStreamDefaultReader");
      const request = new PromiseReadRequest();
      readDefault(reader, request);
      return request.promise;
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  releaseLock(): void {
    if (this.#state.stream !== undefined) releaseReader(this.#state);
  }
}

publishInterface(ReadableStreamDefaultReader, "ReadableStreamDefaultReader");

/** https://streams.spec.whatwg.org/#readable-stream-byob-reader-read */
export function readInto(reader: ReaderState, view: View, minimum: number, request: ReadIntoRequest): void {
  const stream = reader.stream!;
  stream.disturbed = true;
  if (stream.state === "errored") request.error(stream.storedError);
  else (stream.controller as ByteController).pullInto(view, minimum, request);
}

function toMinimum(options: unknown, view: View, context: string): number {
  const member = toDictionary(options, context)?.min;
  const minimum = member === undefined ? 1 : toEnforcedUnsignedLongLong(member, context);
  if (view.byteLength === 0) throw new NativeTypeError(`${context}: The view has no bytes.`);
  if (ArrayBufferByteLength(view.buffer) === 0 || isDetached(view.buffer)) {
    throw new NativeTypeError(`${context}: The view's buffer has no bytes.`);
  }
  if (minimum === 0) throw new NativeTypeError(`${context}: min must be greater than 0.`);
  if (minimum > view.byteLength / view.kind.elementSize) {
    throw new NativeRangeError(`${context}: min is more than the view has elements.`);
  }
  return minimum;
}

/** https://streams.spec.whatwg.org/#byob-reader-class-definition */
export class ReadableStreamBYOBReader {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #state: ReaderState;

  constructor(stream: unknown) {
    const context = constructing("ReadableStreamBYOBReader");
    requireArguments(arguments.length, 1, context);
    const state = toUnlocked(stream, context);
    if (!(state.controller instanceof ByteController)) {
      throw new NativeTypeError(`${context}: The stream is not a byte stream.`);
    }
    this.#state = new ReaderState(state, true);
  }

  get closed(): Promise<undefined> {
    try {
      return this.#state.closed.promise;
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  cancel(reason: unknown = undefined): Promise<undefined> {
    try {
      return cancelBy(this.#state, reason, "ReadableStreamBYOBReader");
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  read(view: unknown, options: unknown = undefined): Promise<ReadResult> {
    try {
      const reader = this.#state;
      const context = executing("read", "ReadableStreamBYOBReader");
      requireArguments(arguments.length, 1, context);
      const parts = toView(view, context);
      const minimum = toMinimum(options, parts, context);
      if (reader.stream === undefined) throw released("read", "ReadableStreamBYOBReader");
      const request = new PromiseReadRequest();
      readInto(reader, parts, minimum, request);
      return request.promise;
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  releaseLock(): void {
    if (this.#state.stream !== undefined) releaseReader(this.#state);
  }
}

publishInterface(ReadableStreamBYOBReader, "ReadableStreamBYOBReader");
