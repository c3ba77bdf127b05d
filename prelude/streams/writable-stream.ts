/**
 * Streams: WritableStream, its writer and its controller. https://streams.spec.whatwg.org/#ws-class
 */
import { type AbortSignal, createSignal, signalAbort } from "../events/abort.ts";
import { NativeRangeError, NativeTypeError, ReflectApply, isObject } from "../core/primordials.ts";
import { constructing, executing, requireArguments } from "../webidl/converters.ts";
import { internalConstruction, publishInterface, requireInternal } from "../webidl/interfaces.ts";
import { invoke, promiseOf, rejectedPromise, toCallback } from "./promises.ts";
import { extractHighWaterMark, extractSizeAlgorithm, toQueuingStrategy } from "./strategies.ts";
import { transferWritable } from "./transfer.ts";
import { type SinkAlgorithms, WritableController, noSink } from "./writable-controller.ts";
import { WritableState, WriterState } from "./writable-state.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";

const constructorContext = constructing("WritableStream");

/** https://streams.spec.whatwg.org/#ws-default-controller-class-definition */
class WritableStreamDefaultController {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #state: WritableController;
  #signal: AbortSignal | undefined;

  constructor() {
    requireInternal(arguments[0]);
    this.#state = arguments[1] as WritableController;
  }

  get signal(): AbortSignal {
    const { abort } = this.#state;
    if (this.#signal !== undefined) return this.#signal;
    const signal = createSignal();
    this.#signal = signal;
    if (abort.aborted) signalAbort(signal, abort.reason);
    else abort.run = (reason) => signalAbort(signal, reason);
    return signal;
  }

  error(error: unknown = undefined): void {
    this.#state.errorIfNeeded(error);
  }
}

publishInterface(WritableStreamDefaultController, "WritableStreamDefaultController");

/** https://streams.spec.whatwg.org/#dictdef-underlyingsink */
interface UnderlyingSink {
  readonly abort: Function | undefined;
  readonly close: Function | undefined;
  readonly start: Function | undefined;
  readonly write: Function | undefined;
}

function toUnderlyingSink(sink: Record<string, unknown> | undefined): UnderlyingSink {
  const abort = toCallback(sink?.abort, "abort", constructorContext);
  const close = toCallback(sink?.close, "close", constructorContext);
  const start = toCallback(sink?.start, "start", constructorContext);
  // https://streams.spec.whatwg.org/#ws-constructor, step 3: a type is for the future.
  if (sink?.type !== undefined) throw new NativeRangeError(`${constructorContext}: A sink has no type.`);
  const write = toCallback(sink?.write, "write", constructorContext);
  return { abort, close, start, write };
}

function sinkAlgorithms(sink: unknown, callbacks: UnderlyingSink, controller: object): SinkAlgorithms {
  const { write, close, abort } = callbacks;
  return {
    write: write === undefined ? noSink.write : (chunk) => invoke(write, sink, [chunk, controller]),
    close: close === undefined ? noSink.close : () => invoke(close, sink, []),
    abort: abort === undefined ? noSink.abort : (reason) => invoke(abort, sink, [reason]),
  };
}

/** The state behind a WritableStream, undefined for every other value. */
export let writableStateOf: (value: unknown) => WritableState | undefined;

let isDetached: (stream: WritableStream) => boolean;
let detach: (stream: WritableStream) => void;

/** https://streams.spec.whatwg.org/#ws-transfer */
const steps: PlatformSteps<WritableStream> = {
  __proto__: null,
  isDetached: (stream) => isDetached(stream),
  transfer: (stream) => {
    const moved = newWritableStream(transferWritable(writableStateOf(stream)!));
    detach(stream);
    return moved;
  },
} as PlatformSteps<WritableStream>;

/** https://streams.spec.whatwg.org/#ws-class-definition */
export class WritableStream {
  readonly [platformObject]: PlatformSteps = steps;
  readonly #state: WritableState;
  #detached = false;

  static {
    isDetached = (stream) => stream.#detached;
    detach = (stream) => void (stream.#detached = true);
    writableStateOf = (value) => (isObject(value) && #state in value ? value.#state : undefined);
  }

  constructor(underlyingSink: unknown = undefined, strategy: unknown = undefined) {
    if (underlyingSink === internalConstruction) {
      this.#state = strategy as WritableState;
      return;
    }
    if (underlyingSink !== undefined && !isObject(underlyingSink)) {
      throw new NativeTypeError(`${constructorContext}: parameter 1 is not of type 'object'.`);
    }
    const queuing = toQueuingStrategy(strategy, constructorContext);
    const sink = toUnderlyingSink(underlyingSink as Record<string, unknown> | undefined);
    const size = extractSizeAlgorithm(queuing);
    const highWaterMark = extractHighWaterMark(queuing, 1, constructorContext);
    const state = new WritableState();
    this.#state = state;
    const controller = new WritableController(state, highWaterMark, size);
    const object = new (WritableStreamDefaultController as unknown as InternalController)(
      internalConstruction,
      controller,
    );
    controller.setUp(sinkAlgorithms(underlyingSink, sink, object), () =>
      sink.start === undefined ? undefined : promiseOf(ReflectApply(sink.start, underlyingSink, [object])),
    );
  }

  get locked(): boolean {
    return this.#state.locked;
  }

  abort(reason: unknown = undefined): Promise<undefined> {
    try {
      const state = this.#state;
      if (state.locked) throw new NativeTypeError(`${executing("abort", "WritableStream")}: The stream is locked.`);
      return state.abort(reason);
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  close(): Promise<undefined> {
    try {
      const state = this.#state;
      const context = executing("close", "WritableStream");
      if (state.locked) throw new NativeTypeError(`${context}: The stream is locked.`);
      if (state.closeQueuedOrInFlight) throw new NativeTypeError(`${context}: The stream is closing already.`);
      return state.close();
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  getWriter(): WritableStreamDefaultWriter {
    void this.#state;
    return new WritableStreamDefaultWriter(this);
  }
}

type InternalController = new (token: symbol, state: WritableController) => object;

/** A guest's object for a stream of the platform's. */
export function newWritableStream(state: WritableState): WritableStream {
  return new WritableStream(internalConstruction, state);
}

publishInterface(WritableStream, "WritableStream");

function released(operation: string): TypeError {
  return new NativeTypeError(`${executing(operation, "WritableStreamDefaultWriter")}: The writer was released.`);
}

/** https://streams.spec.whatwg.org/#default-writer-class-definition */
class WritableStreamDefaultWriter {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #state: WriterState;

  constructor(stream: unknown) {
    const context = constructing("WritableStreamDefaultWriter");
    requireArguments(arguments.length, 1, context);
    const state = writableStateOf(stream);
    if (state === undefined) throw new NativeTypeError(`${context}: parameter 1 is not of type 'WritableStream'.`);
    if (state.locked) throw new NativeTypeError(`${context}: The stream is locked to a writer already.`);
    this.#state = new WriterState(state);
  }

  get closed(): Promise<undefined> {
    try {
      return this.#state.closed.promise;
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  get desiredSize(): number | null {
    const writer = this.#state;
    if (writer.stream === undefined) throw released("desiredSize");
    return writer.desiredSize;
  }

  get ready(): Promise<undefined> {
    try {
      return this.#state.ready.promise;
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  abort(reason: unknown = undefined): Promise<undefined> {
    try {
      const { stream } = this.#state;
      if (stream === undefined) throw released("abort");
      return stream.abort(reason);
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  close(): Promise<undefined> {
    try {
      const { stream } = this.#state;
      if (stream === undefined) throw released("close");
      if (stream.closeQueuedOrInFlight) {
        const context = executing("close", "WritableStreamDefaultWriter");
        throw new NativeTypeError(`${context}: The stream is closing already.`);
      }
      return stream.close();
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  releaseLock(): void {
    if (this.#state.stream !== undefined) this.#state.release();
  }

  write(chunk: unknown = undefined): Promise<undefined> {
    try {
      const writer = this.#state;
      if (writer.stream === undefined) throw released("write");
      return writer.write(chunk);
    } catch (error) {
      return rejectedPromise(error);
    }
  }
}

publishInterface(WritableStreamDefaultWriter, "WritableStreamDefaultWriter");
