/**
 * Streams: queuing strategies. https://streams.spec.whatwg.org/#qs
 */
import { NativeRangeError, NativeTypeError, ReflectApply } from "../core/primordials.ts";
import { constructing, requireArguments, toDictionary } from "../webidl/converters.ts";
import { defineValue, publishInterface } from "../webidl/interfaces.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";

/** https://streams.spec.whatwg.org/#dictdef-queuingstrategy */
export interface QueuingStrategy {
  readonly highWaterMark: number | undefined;
  readonly size: Function | undefined;
}

export type SizeAlgorithm = (chunk: unknown) => number;

export function toQueuingStrategy(value: unknown, context: string): QueuingStrategy {
  const dictionary = toDictionary(value, context);
  const highWaterMark = dictionary?.highWaterMark;
  const number = highWaterMark === undefined ? undefined : +(highWaterMark as number);
  const size = dictionary?.size;
  if (size !== undefined && typeof size !== "function") {
    throw new NativeTypeError(`${context}: member size is not of type 'Function'.`);
  }
  return { highWaterMark: number, size };
}

/** https://streams.spec.whatwg.org/#validate-and-normalize-high-water-mark */
export function extractHighWaterMark(strategy: QueuingStrategy, fallback: number, context: string): number {
  const mark = strategy.highWaterMark;
  if (mark === undefined) return fallback;
  if (!(mark >= 0)) throw new NativeRangeError(`${context}: A high water mark is a non-negative number.`);
  return mark;
}

/** One side of a stream: when it is full. */
export interface Side {
  readonly highWaterMark: number;
  readonly size: SizeAlgorithm;
}

export const countSize: SizeAlgorithm = () => 1;

/** https://streams.spec.whatwg.org/#make-size-algorithm-from-size-function */
export function extractSizeAlgorithm(strategy: QueuingStrategy): SizeAlgorithm {
  const size = strategy.size;
  if (size === undefined) return countSize;
  return (chunk) => +(ReflectApply(size, undefined, [chunk]) as number);
}

/** https://streams.spec.whatwg.org/#dictdef-queuingstrategyinit */
function toHighWaterMark(present: number, init: unknown, name: string): number {
  const context = constructing(name);
  requireArguments(present, 1, context);
  const mark = toDictionary(init, context)?.highWaterMark;
  if (mark === undefined) throw new NativeTypeError(`${context}: required member highWaterMark is undefined.`);
  return +(mark as number);
}

const byteLengthSize = (chunk: unknown): unknown => (chunk as { byteLength?: unknown }).byteLength;
const sizeOfOne = (): number => 1;
defineValue(byteLengthSize, "name", "size", false, false);
defineValue(sizeOfOne, "name", "size", false, false);

/** https://streams.spec.whatwg.org/#blqs-class */
class ByteLengthQueuingStrategy {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #highWaterMark: number;

  constructor(init: unknown) {
    this.#highWaterMark = toHighWaterMark(arguments.length, init, "ByteLengthQueuingStrategy");
  }

  get highWaterMark(): number {
    return this.#highWaterMark;
  }

  get size(): Function {
    void this.#highWaterMark;
    return byteLengthSize;
  }
}

publishInterface(ByteLengthQueuingStrategy, "ByteLengthQueuingStrategy");

/** https://streams.spec.whatwg.org/#cqs-class */
class CountQueuingStrategy {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #highWaterMark: number;

  constructor(init: unknown) {
    this.#highWaterMark = toHighWaterMark(arguments.length, init, "CountQueuingStrategy");
  }

  get highWaterMark(): number {
    return this.#highWaterMark;
  }

  get size(): Function {
    void this.#highWaterMark;
    return sizeOfOne;
  }
}

publishInterface(CountQueuingStrategy, "CountQueuingStrategy");
