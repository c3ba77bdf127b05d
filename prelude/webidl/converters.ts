/**
 * Web IDL: from ECMAScript values to IDL values. https://webidl.spec.whatwg.org/#js-type-mapping
 *
 * `context` is how a message starts: "Failed to execute 'atob' on 'WorkerGlobalScope'".
 */
import {
  BigIntAsIntN,
  MathFloor,
  MathTrunc,
  NativeBigInt,
  NativeNumber,
  NativeTypeError,
  NumberIsFinite,
  ReflectApply,
  StringPrototypeToWellFormed,
  SymbolIterator,
  isObject,
  newList,
} from "../core/primordials.ts";

const safeIntegerMax = 2 ** 53 - 1;

/** The start of a message about an operation. */
export function executing(operation: string, on: string): string {
  return `Failed to execute '${operation}' on '${on}'`;
}

/** The start of a message about a constructor. */
export function constructing(name: string): string {
  return `Failed to construct '${name}'`;
}

/** @throws TypeError if fewer arguments were passed than are required. */
export function requireArguments(present: number, required: number, context: string): void {
  if (present >= required) return;
  const noun = required === 1 ? "argument" : "arguments";
  throw new NativeTypeError(`${context}: ${required} ${noun} required, but only ${present} present.`);
}

/** https://webidl.spec.whatwg.org/#js-DOMString */
export function toDOMString(value: unknown): string {
  return typeof value === "string" ? value : `${value as string}`;
}

/** https://webidl.spec.whatwg.org/#js-USVString */
export function toUSVString(value: unknown): string {
  return StringPrototypeToWellFormed(toDOMString(value));
}

/** https://webidl.spec.whatwg.org/#js-long */
export function toLong(value: unknown): number {
  return +(value as number) | 0;
}

/** https://webidl.spec.whatwg.org/#js-unsigned-long */
export function toUnsignedLong(value: unknown): number {
  return +(value as number) >>> 0;
}

/** https://webidl.spec.whatwg.org/#js-unsigned-short */
export function toUnsignedShort(value: unknown): number {
  return +(value as number) & 0xffff;
}

/** https://webidl.spec.whatwg.org/#js-unsigned-long-long, with [EnforceRange]. */
export function toEnforcedUnsignedLongLong(value: unknown, context: string): number {
  const number = +(value as number);
  const integer = NumberIsFinite(number) ? MathTrunc(number) : -1;
  if (integer >= 0 && integer <= safeIntegerMax) return integer + 0;
  throw new NativeTypeError(`${context}: The value is outside the range of an unsigned long long.`);
}

/** https://webidl.spec.whatwg.org/#js-long-long, with [Clamp]: ties go to the even number. */
export function toClampedLongLong(value: unknown): number {
  const number = +(value as number);
  if (number !== number) return 0;
  if (number >= safeIntegerMax) return safeIntegerMax;
  if (number <= -safeIntegerMax) return -safeIntegerMax;
  const floor = MathFloor(number);
  const fraction = number - floor;
  if (fraction < 0.5 || (fraction === 0.5 && floor % 2 === 0)) return floor + 0;
  return floor + 1;
}

/** https://webidl.spec.whatwg.org/#js-long-long */
export function toLongLong(value: unknown): number {
  const number = +(value as number);
  if (!NumberIsFinite(number)) return 0;
  const integer = MathTrunc(number) + 0;
  if (integer <= safeIntegerMax && integer >= -safeIntegerMax) return integer;
  // Beyond 2^53 a long long is what its two's complement says, as near as a Number comes.
  return NativeNumber(BigIntAsIntN(64, NativeBigInt(integer)));
}

/** https://webidl.spec.whatwg.org/#js-double */
export function toDouble(value: unknown, context: string): number {
  const number = +(value as number);
  if (!NumberIsFinite(number)) throw new NativeTypeError(`${context}: The provided double value is non-finite.`);
  return number;
}

/** https://webidl.spec.whatwg.org/#js-dictionary: the object to read members from, undefined for none. */
export function toDictionary(value: unknown, context: string): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw new NativeTypeError(`${context}: The provided value is not of type 'object'.`);
  return value as Record<string, unknown>;
}

/** https://webidl.spec.whatwg.org/#js-callback-function */
export function toFunction<F extends Function = Function>(value: unknown, parameter: number, context: string): F {
  if (typeof value === "function") return value as F;
  throw new NativeTypeError(`${context}: parameter ${parameter} is not of type 'Function'.`);
}

/** https://webidl.spec.whatwg.org/#js-sequence, of objects: the guest's iterator, our list. */
export function toObjectSequence(value: unknown, context: string): readonly object[] {
  const method = isObject(value) ? (value as Record<PropertyKey, unknown>)[SymbolIterator] : undefined;
  if (typeof method !== "function") {
    throw new NativeTypeError(`${context}: The provided value cannot be converted to a sequence.`);
  }
  return toIterated(value as object, method, context, (item) => {
    if (!isObject(item)) throw new NativeTypeError(`${context}: An element of the sequence is not an object.`);
    return item;
  });
}

/** https://webidl.spec.whatwg.org/#create-sequence-from-iterable, each element converted as it comes. */
export function toIterated<T>(
  value: object,
  method: Function,
  context: string,
  convert: (item: unknown) => T,
): readonly T[] {
  const iterator = ReflectApply(method, value, []) as { next: unknown };
  const next = isObject(iterator) ? iterator.next : undefined;
  if (typeof next !== "function") throw new NativeTypeError(`${context}: The iterator has no method 'next'.`);
  const list = newList<T>();
  for (;;) {
    const result = ReflectApply(next, iterator, []) as IteratorResult<unknown>;
    if (!isObject(result)) throw new NativeTypeError(`${context}: The iterator's result is not an object.`);
    if (result.done) return list;
    list[list.length] = convert(result.value);
  }
}
