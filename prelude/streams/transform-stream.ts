/**
 * Streams: TransformStream and its controller. https://streams.spec.whatwg.org/#ts-class
 */
import { NativeRangeError, NativeTypeError, ReflectApply, isObject } from "../core/primordials.ts";
import { constructing, executing } from "../webidl/converters.ts";
import { internalConstruction, publishInterface, requireInternal } from "../webidl/interfaces.ts";
import { Deferred, invoke, toCallback } from "./promises.ts";
import { type ReadableStream, newReadableStream, readableStateOf } from "./readable-stream.ts";
import { type Side, extractSizeAlgorithm, extractHighWaterMark, toQueuingStrategy } from "./strategies.ts";
import { locked, transferReadable, transferWritable } from "./transfer.ts";
import { TransformState } from "./transform-state.ts";
import { type WritableStream, newWritableStream, writableStateOf } from "./writable-stream.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";

const constructorContext = constructing("TransformStream");

/** https://streams.spec.whatwg.org/#ts-default-controller-class-definition */
class TransformStreamDefaultController {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #state: TransformState;

  constructor() {
    requireInternal(arguments[0]);
    this.#state = arguments[1] as TransformState;
  }

  get desiredSize(): number | null {
    return this.#state.desiredSize;
  }

  enqueue(chunk: unknown = undefined): void {
    this.#state.enqueue(chunk, executing("enqueue", "TransformStreamDefaultController"));
  }

  error(reason: unknown = undefined): void {
    this.#state.error(reason);
  }

  terminate(): void {
    this.#state.terminate();
  }
}

publishInterface(TransformStreamDefaultController, "TransformStreamDefaultController");

/** https://streams.spec.whatwg.org/#dictdef-transformer */
interface Transformer {
  readonly cancel: Function | undefined;
  readonly flush: Function | undefined;
  readonly start: Function | undefined;
  readonly transform: Function | undefined;
}

function refuseType(type: unknown, member: string): void {
  if (type !== undefined) throw new NativeRangeError(`${constructorContext}: A transformer has no ${member}.`);
}

function toTransformer(transformer: Record<string, unknown> | undefined): Transformer {
  const cancel = toCallback(transformer?.cancel, "cancel", constructorContext);
  const flush = toCallback(transformer?.flush, "flush", constructorContext);
  const readableType = transformer?.readableType;
  const start = toCallback(transformer?.start, "start", constructorContext);
  const transform = toCallback(transformer?.transform, "transform", constructorContext);
  const writableType = transformer?.writableType;
  refuseType(readableType, "readableType");
  refuseType(writableType, "writableType");
  return { cancel, flush, start, transform };
}

/** The two ends of a TransformStream. */
class Ends {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;

  constructor(readable: ReadableStream, writable: WritableStream) {
    this.readable = readable;
    this.writable = writable;
  }
}

let endsOf: (stream: TransformStream) => Ends;
let isDetached: (stream: TransformStream) => boolean;
let detach: (stream: TransformStream) => void;

/** https://streams.spec.whatwg.org/#ts-transfer */
const steps: PlatformSteps<TransformStream> = {
  __proto__: null,
  isDetached: (stream) => isDetached(stream),
  transfer: (stream) => {
    const ends = endsOf(stream);
    const readable = readableStateOf(ends.readable)!;
    const writable = writableStateOf(ends.writable)!;
    if (readable.locked || writable.locked) throw locked("TransformStream");
    const moved = new Ends(
      newReadableStream(transferReadable(readable)),
      newWritableStream(transferWritable(writable)),
    );
    detach(stream);
    return new (TransformStream as unknown as InternalTransform)(internalConstruction, moved);
  },
} as PlatformSteps<TransformStream>;

type InternalTransform = new (token: symbol, ends: Ends) => TransformStream;

/** https://streams.spec.whatwg.org/#ts-class-definition */
class TransformStream {
  readonly [platformObject]: PlatformSteps = steps;
  readonly #readable: ReadableStream;
  readonly #writable: WritableStream;
  #detached = false;

  static {
    isDetached = (stream) => stream.#detached;
    detach = (stream) => void (stream.#detached = true);
    endsOf = (stream) => new Ends(stream.#readable, stream.#writable);
  }

  constructor(
    transformer: unknown = undefined,
    writableStrategy: unknown = undefined,
    readableStrategy: unknown = undefined,
  ) {
    if (transformer === internalConstruction) {
      const { readable, writable } = writableStrategy as Ends;
      this.#readable = readable;
      this.#writable = writable;
      return;
    }
    if (transformer !== undefined && !isObject(transformer)) {
      throw new NativeTypeError(`${constructorContext}: parameter 1 is not of type 'object'.`);
    }
    const writableQueuing = toQueuingStrategy(writableStrategy, constructorContext);
    const readableQueuing = toQueuingStrategy(readableStrategy, constructorContext);
    const callbacks = toTransformer(transformer as Record<string, unknown> | undefined);
    const readableMark = extractHighWaterMark(readableQueuing, 0, constructorContext);
    const readable: Side = { highWaterMark: readableMark, size: extractSizeAlgorithm(readableQueuing) };
    const writableMark = extractHighWaterMark(writableQueuing, 1, constructorContext);
    const writable: Side = { highWaterMark: writableMark, size: extractSizeAlgorithm(writableQueuing) };
    const started = new Deferred<unknown>();
    const state = new TransformState(started.promise, writable, readable);
    this.#readable = newReadableStream(state.readable);
    this.#writable = newWritableStream(state.writable);
    const { cancel, flush, start, transform } = callbacks;
    const controller = new (TransformStreamDefaultController as unknown as InternalController)(
      internalConstruction,
      state,
    );
    state.setAlgorithms({
      transform:
        transform === undefined
          ? async (chunk) => state.enqueue(chunk, "The transform stream")
          : (chunk) => invoke(transform, transformer, [chunk, controller]),
      flush: () => (flush === undefined ? undefined : invoke(flush, transformer, [controller])),
      cancel: (reason) => (cancel === undefined ? undefined : invoke(cancel, transformer, [reason])),
    });
    started.resolve(start === undefined ? undefined : ReflectApply(start, transformer, [controller]));
  }

  get readable(): ReadableStream {
    return this.#readable;
  }

  get writable(): WritableStream {
    return this.#writable;
  }
}

type InternalController = new (token: symbol, state: TransformState) => object;

publishInterface(TransformStream, "TransformStream");
