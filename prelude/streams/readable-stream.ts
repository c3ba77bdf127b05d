/**
 * Streams: ReadableStream. https://streams.spec.whatwg.org/#rs-class
 */
import { abortStateOf } from "../events/abort-state.ts";
import { NativeRangeError, NativeTypeError, ReflectApply, SymbolAsyncIterator, isObject } from "../core/primordials.ts";
import {
  constructing,
  executing,
  requireArguments,
  toDictionary,
  toDOMString,
  toEnforcedUnsignedLongLong,
} from "../webidl/converters.ts";
import { defineValue, internalConstruction, publishInterface } from "../webidl/interfaces.ts";
import { newAsyncIterator } from "./async-iterator.ts";
import { newByteController } from "./byte-interfaces.ts";
import { teeBytes } from "./byte-tee.ts";
import { streamFrom } from "./from.ts";
import { type PipeOptions, pipe } from "./pipe.ts";
import { markHandled, promiseOf, rejectedPromise, toCallback } from "./promises.ts";
import { ByteController } from "./readable-byte-controller.ts";
import { DefaultController, newDefaultController } from "./readable-default-controller.ts";
import { ReadableState, acquireDefaultReader, cancelStream, sourceAlgorithms } from "./readable-state.ts";
import { ReadableStreamBYOBReader, ReadableStreamDefaultReader, provideReadableStateOf } from "./readers.ts";
import { extractHighWaterMark, extractSizeAlgorithm, toQueuingStrategy } from "./strategies.ts";
import { teeDefault } from "./tee.ts";
import { transferReadable } from "./transfer.ts";
import { writableStateOf } from "./writable-stream.ts";
import { type PlatformSteps, platformObject } from "../core/platform-objects.ts";

const constructorContext = constructing("ReadableStream");

/** https://streams.spec.whatwg.org/#dictdef-underlyingsource */
interface UnderlyingSource {
  readonly autoAllocateChunkSize: number | undefined;
  readonly cancel: Function | undefined;
  readonly pull: Function | undefined;
  readonly start: Function | undefined;
  readonly bytes: boolean;
}

function toUnderlyingSource(source: Record<string, unknown> | undefined): UnderlyingSource {
  const size = source?.autoAllocateChunkSize;
  const autoAllocateChunkSize = size === undefined ? undefined : toEnforcedUnsignedLongLong(size, constructorContext);
  const cancel = toCallback(source?.cancel, "cancel", constructorContext);
  const pull = toCallback(source?.pull, "pull", constructorContext);
  const start = toCallback(source?.start, "start", constructorContext);
  const type = source?.type;
  if (type !== undefined && toDOMString(type) !== "bytes") {
    throw new NativeTypeError(`${constructorContext}: member type is not 'bytes'.`);
  }
  return { autoAllocateChunkSize, cancel, pull, start, bytes: type !== undefined };
}

function toPipeOptions(value: unknown, context: string): PipeOptions {
  const dictionary = toDictionary(value, context);
  const preventAbort = !!dictionary?.preventAbort;
  const preventCancel = !!dictionary?.preventCancel;
  const preventClose = !!dictionary?.preventClose;
  const member = dictionary?.signal;
  const signal = member === undefined ? undefined : abortStateOf(member);
  if (member !== undefined && signal === undefined) {
    throw new NativeTypeError(`${context}: member signal is not of type 'AbortSignal'.`);
  }
  return { preventAbort, preventCancel, preventClose, signal };
}

/** The state behind a ReadableStream, undefined for every other value. */
export let readableStateOf: (value: unknown) => ReadableState | undefined;

let isDetached: (stream: ReadableStream) => boolean;
let detach: (stream: ReadableStream) => void;

/** https://streams.spec.whatwg.org/#rs-transfer */
const steps: PlatformSteps<ReadableStream> = {
  __proto__: null,
  isDetached: (stream) => isDetached(stream),
  transfer: (stream) => {
    const moved = newReadableStream(transferReadable(readableStateOf(stream)!));
    detach(stream);
    return moved;
  },
} as PlatformSteps<ReadableStream>;

/** https://streams.spec.whatwg.org/#rs-class-definition */
export class ReadableStream {
  readonly [platformObject]: PlatformSteps = steps;
  readonly #state: ReadableState;
  #detached = false;

  static {
    isDetached = (stream) => stream.#detached;
    detach = (stream) => void (stream.#detached = true);
    readableStateOf = (value) => (isObject(value) && #state in value ? value.#state : undefined);
  }

  constructor(underlyingSource: unknown = undefined, strategy: unknown = undefined) {
    if (underlyingSource === internalConstruction) {
      this.#state = strategy as ReadableState;
      return;
    }
    if (underlyingSource !== undefined && !isObject(underlyingSource)) {
      throw new NativeTypeError(`${constructorContext}: parameter 1 is not of type 'object'.`);
    }
    const queuing = toQueuingStrategy(strategy, constructorContext);
    const source = toUnderlyingSource(underlyingSource as Record<string, unknown> | undefined);
    const state = new ReadableState();
    this.#state = state;
    if (source.bytes) {
      if (queuing.size !== undefined) {
        throw new NativeRangeError(`${constructorContext}: The strategy of a byte stream has no size function.`);
      }
      const highWaterMark = extractHighWaterMark(queuing, 0, constructorContext);
      if (source.autoAllocateChunkSize === 0) {
        throw new NativeTypeError(`${constructorContext}: autoAllocateChunkSize must be greater than 0.`);
      }
      const controller = new ByteController(state, highWaterMark, source.autoAllocateChunkSize);
      start(controller, newByteController(controller), underlyingSource, source);
    } else {
      const size = extractSizeAlgorithm(queuing);
      const highWaterMark = extractHighWaterMark(queuing, 1, constructorContext);
      const controller = new DefaultController(state, highWaterMark, size);
      start(controller, newDefaultController(controller), underlyingSource, source);
    }
  }

  static from(asyncIterable: unknown): ReadableStream {
    const context = executing("from", "ReadableStream");
    requireArguments(arguments.length, 1, context);
    return newReadableStream(streamFrom(asyncIterable, context));
  }

  get locked(): boolean {
    return this.#state.locked;
  }

  cancel(reason: unknown = undefined): Promise<undefined> {
    try {
      const state = this.#state;
      if (state.locked) throw new NativeTypeError(`${executing("cancel", "ReadableStream")}: The stream is locked.`);
      return cancelStream(state, reason);
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  getReader(options: unknown = undefined): ReadableStreamDefaultReader | ReadableStreamBYOBReader {
    void this.#state;
    const context = executing("getReader", "ReadableStream");
    const mode = toDictionary(options, context)?.mode;
    if (mode === undefined) return new ReadableStreamDefaultReader(this);
    if (toDOMString(mode) === "byob") return new ReadableStreamBYOBReader(this);
    throw new NativeTypeError(`${context}: member mode is not 'byob'.`);
  }

  pipeThrough(transform: unknown, options: unknown = undefined): unknown {
    const state = this.#state;
    const context = executing("pipeThrough", "ReadableStream");
    requireArguments(arguments.length, 1, context);
    const dictionary = toDictionary(transform, context);
    const readable = dictionary?.readable;
    if (readableStateOf(readable) === undefined) {
      throw new NativeTypeError(`${context}: member readable is not of type 'ReadableStream'.`);
    }
    const writable = writableStateOf(dictionary?.writable);
    if (writable === undefined) {
      throw new NativeTypeError(`${context}: member writable is not of type 'WritableStream'.`);
    }
    const pipeOptions = toPipeOptions(options, context);
    if (state.locked) throw new NativeTypeError(`${context}: The stream is locked.`);
    if (writable.locked) throw new NativeTypeError(`${context}: The transform's writable is locked.`);
    markHandled(pipe(state, writable, pipeOptions));
    return readable;
  }

  pipeTo(destination: unknown, options: unknown = undefined): Promise<undefined> {
    try {
      const state = this.#state;
      const context = executing("pipeTo", "ReadableStream");
      requireArguments(arguments.length, 1, context);
      const target = writableStateOf(destination);
      if (target === undefined) throw new NativeTypeError(`${context}: parameter 1 is not of type 'WritableStream'.`);
      const pipeOptions = toPipeOptions(options, context);
      if (state.locked) throw new NativeTypeError(`${context}: The stream is locked.`);
      if (target.locked) throw new NativeTypeError(`${context}: The destination is locked.`);
      return pipe(state, target, pipeOptions);
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  tee(): ReadableStream[] {
    const state = this.#state;
    if (state.locked) throw new NativeTypeError(`${executing("tee", "ReadableStream")}: The stream is locked.`);
    const branches = state.controller instanceof ByteController ? teeBytes(state) : teeDefault(state);
    return [newReadableStream(branches[0]), newReadableStream(branches[1])];
  }

  values(options: unknown = undefined): object {
    const state = this.#state;
    const preventCancel = !!toDictionary(options, executing("values", "ReadableStream"))?.preventCancel;
    return newAsyncIterator(acquireDefaultReader(state), preventCancel);
  }
}

function start(
  controller: DefaultController | ByteController,
  object: object,
  underlyingSource: unknown,
  source: UnderlyingSource,
): void {
  const algorithms = sourceAlgorithms(underlyingSource, source.pull, source.cancel, object);
  controller.setUp(algorithms, () =>
    source.start === undefined ? undefined : promiseOf(ReflectApply(source.start, underlyingSource, [object])),
  );
}

/** A guest's object for a stream of the platform's. */
export function newReadableStream(state: ReadableState): ReadableStream {
  return new ReadableStream(internalConstruction, state);
}

publishInterface(ReadableStream, "ReadableStream");
defineValue(ReadableStream.prototype, SymbolAsyncIterator, ReadableStream.prototype.values, true, false);
provideReadableStateOf(readableStateOf);
