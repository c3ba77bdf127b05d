/**
 * ECMAScript's intrinsics as they were before any guest code ran. https://tc39.es/ecma262/#sec-well-known-intrinsic-objects
 *
 * Prelude code that runs while a guest lives keeps to this, so that no patch of a guest is observed or observes:
 * - no method call on a built-in object: `StringPrototypeSlice(text, 1)`, not `text.slice(1)`;
 * - no iteration protocol: no `for…of`, no array destructuring, no spread of arrays (rest parameters are safe);
 * - no `array[array.length] = x` on an ordinary array: a setter on Array.prototype would see it. `newList()` has none;
 * - dictionaries and descriptors of our own are null-prototype literals;
 * - maps are SafeMaps, whose methods are ordinary calls on a frozen prototype of ours;
 * - promises are awaited in async functions: `await` uses internal slots and never a patched `then`.
 */

import { Op } from "./engine.ts";

/** Of `op` what is needed here, where tests run it without an engine. */
declare const op: <F>(id: Op.HiddenTwin, builtin: F) => F;

const { bind, call } = Function.prototype;

/**
 * A built-in function as the prelude calls it: its calls are the prelude's own, and no stack shows those. Not of
 * constructors, which show in a stack when they throw, and not of what a guest gets.
 */
const hidden = <F>(builtin: F): F => op(Op.HiddenTwin, builtin);

/** What Promise.withResolvers() gives, as own data properties. */
export interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T | PromiseLike<T>) => void;
  readonly reject: (reason: unknown) => void;
}

/** Turns a method into a function that takes its receiver first. */
const uncurried = bind.bind(call) as unknown as <F>(method: unknown) => F;
const uncurryThis = <F>(method: unknown): F => uncurried(hidden(method));

type Getter<T, R> = (self: T) => R;

function getterOf<T, R>(prototype: object, key: PropertyKey): Getter<T, R> {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, key);
  if (descriptor?.get === undefined) throw new TypeError(`No intrinsic getter ${String(key)}`);
  return uncurryThis(descriptor.get);
}

/** The global object. */
export const global: typeof globalThis = globalThis;

export const NativeBigInt = BigInt;
export const NativeArrayBuffer = ArrayBuffer;
export const NativeDataView = DataView;
export const NativeError = Error;
export const NativeFinalizationRegistry = FinalizationRegistry;
export const NativeNumber = Number;
export const NativeString = String;
export const NativePromise = Promise;
/** Errors that are made after it are not below a call of Promise's constructor. */
export const PromiseWithResolvers: <T>() => PromiseWithResolvers<T> = bind.call(
  hidden((Promise as unknown as { withResolvers: Function }).withResolvers),
  Promise,
) as never;
export const NativeRangeError = RangeError;
export const NativeSyntaxError = SyntaxError;
export const NativeTypeError = TypeError;
export const NativeUint32Array = Uint32Array;
export const NativeUint8Array = Uint8Array;
export const NativeWeakRef = WeakRef;

/** Indirect eval: global scope, and an EvalError where code from strings is off. */
export const indirectEval: (code: string) => unknown = hidden(eval);

export const SymbolAsyncIterator: typeof Symbol.asyncIterator = Symbol.asyncIterator;
export const SymbolIterator: typeof Symbol.iterator = Symbol.iterator;
export const SymbolToStringTag: typeof Symbol.toStringTag = Symbol.toStringTag;

export const ArrayPrototypeSort: <T>(self: T[], compare: (first: T, second: T) => number) => T[] = uncurryThis(
  Array.prototype.sort,
);
export const ArrayBufferIsView: (value: unknown) => value is ArrayBufferView = hidden(ArrayBuffer.isView);
/** V8's: gives an object a `stack` without the frames from `above` on. */
export const ErrorCaptureStackTrace = hidden(
  Reflect.get(Error, "captureStackTrace") as (target: object, above?: Function) => void,
);
export const FinalizationRegistryRegister: <T>(
  self: FinalizationRegistry<T>,
  target: object,
  held: T,
  token: object,
) => void = uncurryThis(FinalizationRegistry.prototype.register);
export const FinalizationRegistryUnregister: (self: FinalizationRegistry<never>, token: object) => boolean =
  uncurryThis(FinalizationRegistry.prototype.unregister);
export const WeakRefDeref: <T extends object>(self: WeakRef<T>) => T | undefined = uncurryThis(WeakRef.prototype.deref);
export const BigIntAsIntN: (bits: number, value: bigint) => bigint = hidden(BigInt.asIntN);
export const MathFloor: (value: number) => number = hidden(Math.floor);
export const MathTrunc: (value: number) => number = hidden(Math.trunc);
export const NumberParseFloat: (text: string) => number = hidden(Number.parseFloat);
export const NumberParseInt: (text: string, radix: number) => number = hidden(Number.parseInt);
export const NumberIsFinite: (value: unknown) => boolean = hidden(Number.isFinite);
export const ObjectDefineProperty: (
  target: object,
  key: PropertyKey,
  descriptor: PropertyDescriptor & { __proto__: null },
) => object = hidden(Object.defineProperty);
export const NumberToString: (self: number, radix: number) => string = uncurryThis(Number.prototype.toString);
export const ObjectGetPrototypeOf: (target: object) => object | null = hidden(Object.getPrototypeOf) as never;
export const SymbolToString: (self: symbol) => string = uncurryThis(Symbol.prototype.toString);
export const isArray: (value: unknown) => value is unknown[] = hidden(Array.isArray);
export const ObjectHasOwn: (target: object, key: PropertyKey) => boolean = hidden(Object.hasOwn);
export const ObjectFreeze: <T>(value: T) => T = hidden(Object.freeze);
export const ObjectSetPrototypeOf: <T extends object>(target: T, prototype: object | null) => T = hidden(
  Object.setPrototypeOf,
);
/** %IteratorPrototype% and %AsyncIteratorPrototype%. */
export const IteratorPrototype: object = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
export const AsyncIteratorPrototype: object = Object.getPrototypeOf(
  Object.getPrototypeOf(async function* () {}.prototype as object) as object,
);
export const ObjectPrototype: object = Object.prototype;
/** %AsyncGeneratorPrototype%, and its methods. */
export const AsyncGeneratorPrototype: object = Object.getPrototypeOf(
  async function* () {}.prototype as object,
) as object;
export const AsyncGeneratorNext: (self: object, value: unknown) => Promise<IteratorResult<unknown>> = uncurryThis(
  (AsyncGeneratorPrototype as AsyncGenerator).next,
);
export const AsyncGeneratorReturn: (self: object, value: unknown) => Promise<IteratorResult<unknown>> = uncurryThis(
  (AsyncGeneratorPrototype as AsyncGenerator).return,
);
export const AsyncGeneratorThrow: (self: object, error: unknown) => Promise<IteratorResult<unknown>> = uncurryThis(
  (AsyncGeneratorPrototype as AsyncGenerator).throw,
);
export const JSONParse: (text: string) => unknown = hidden(JSON.parse);
export const JSONStringify: (value: unknown) => string | undefined = hidden(JSON.stringify);
export const ReflectApply: (target: Function, self: unknown, args: readonly unknown[]) => unknown = hidden(
  Reflect.apply,
);
export const ReflectDeleteProperty: typeof Reflect.deleteProperty = hidden(Reflect.deleteProperty);
export const ReflectGetOwnPropertyDescriptor: typeof Reflect.getOwnPropertyDescriptor = hidden(
  Reflect.getOwnPropertyDescriptor,
);
export const ReflectOwnKeys: typeof Reflect.ownKeys = hidden(Reflect.ownKeys);
export const ReflectConstruct: typeof Reflect.construct = hidden(Reflect.construct);

export const RegExpPrototypeExec: (self: RegExp, text: string) => RegExpExecArray | null = uncurryThis(
  RegExp.prototype.exec,
);
/** The method itself, for the engine to call. */
export const RegExpExec: Function = RegExp.prototype.exec;
/** Unlike an index, which is looked up on prototypes (the guest's) when the string has no such character. */
export const StringPrototypeCharAt: (self: string, index: number) => string = uncurryThis(String.prototype.charAt);
export const StringPrototypeCharCodeAt: (self: string, index: number) => number = uncurryThis(
  String.prototype.charCodeAt,
);
export const StringPrototypeIndexOf: (self: string, search: string, from?: number) => number = uncurryThis(
  String.prototype.indexOf,
);
export const StringPrototypeNormalize: (self: string) => string = uncurryThis(String.prototype.normalize);
export const StringPrototypeSlice: (self: string, start: number, end?: number) => string = uncurryThis(
  String.prototype.slice,
);
export const StringPrototypeToLowerCase: (self: string) => string = uncurryThis(String.prototype.toLowerCase);
export const StringPrototypeToUpperCase: (self: string) => string = uncurryThis(String.prototype.toUpperCase);
export const StringPrototypeToWellFormed: (self: string) => string = uncurryThis(
  (String.prototype as unknown as { toWellFormed: () => string }).toWellFormed,
);

const typedArrayPrototype: object = Object.getPrototypeOf(Uint8Array.prototype);

/** The brand of a typed array ("Uint8Array"), undefined for everything else. */
export const TypedArrayBrand: Getter<unknown, string | undefined> = getterOf(typedArrayPrototype, Symbol.toStringTag);
export const TypedArrayBuffer: Getter<ArrayBufferView, ArrayBufferLike> = getterOf(typedArrayPrototype, "buffer");
export const TypedArrayByteLength: Getter<ArrayBufferView, number> = getterOf(typedArrayPrototype, "byteLength");
export const TypedArrayByteOffset: Getter<ArrayBufferView, number> = getterOf(typedArrayPrototype, "byteOffset");
export const TypedArrayLength: Getter<unknown, number> = getterOf(typedArrayPrototype, "length");
export const DataViewBuffer: Getter<ArrayBufferView, ArrayBufferLike> = getterOf(DataView.prototype, "buffer");
export const DataViewByteLength: Getter<ArrayBufferView, number> = getterOf(DataView.prototype, "byteLength");
export const DataViewByteOffset: Getter<ArrayBufferView, number> = getterOf(DataView.prototype, "byteOffset");
/** Throws a TypeError for everything that is no ArrayBuffer: its brand check. */
export const ArrayBufferByteLength: Getter<unknown, number> = getterOf(ArrayBuffer.prototype, "byteLength");
export const ArrayBufferResizable: Getter<ArrayBufferLike, boolean> = getterOf(ArrayBuffer.prototype, "resizable");
export const ArrayBufferDetached: Getter<ArrayBuffer, boolean> = getterOf(ArrayBuffer.prototype, "detached");
/** Detaches a buffer; the memory is the result's. Throws a TypeError for one that may not be detached. */
export const ArrayBufferTransfer: (self: ArrayBuffer) => ArrayBuffer = uncurryThis(
  (ArrayBuffer.prototype as unknown as { transfer: () => ArrayBuffer }).transfer,
);
export const Uint8ArraySet: (self: Uint8Array, source: Uint8Array, offset: number) => void = uncurryThis(
  Uint8Array.prototype.set,
);

/** The constructors of typed arrays and the sizes of their elements in bytes, by brand. */
export const viewConstructors: Readonly<
  Record<string, { readonly construct: Function; readonly elementSize: number }>
> = typedArrayConstructors();

function typedArrayConstructors(): Record<string, { construct: Function; elementSize: number }> {
  const found: Record<string, { construct: Function; elementSize: number }> = Object.create(null);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const construct: unknown = Reflect.get(globalThis, name);
    if (typeof construct !== "function" || Object.getPrototypeOf(construct) !== Object.getPrototypeOf(Uint8Array))
      continue;
    found[name] = { construct, elementSize: Reflect.get(construct, "BYTES_PER_ELEMENT") as number };
  }
  return found;
}

/** Moves a collection's methods to the subclass, so that calls on it never meet a prototype a guest can reach. */
function makeSafe<C extends { readonly prototype: object }>(unsafe: { readonly prototype: object }, safe: C): C {
  for (const key of Reflect.ownKeys(unsafe.prototype)) {
    if (key === "constructor") continue;
    Object.defineProperty(safe.prototype, key, Object.getOwnPropertyDescriptor(unsafe.prototype, key)!);
  }
  Object.setPrototypeOf(safe.prototype, null);
  Object.freeze(safe.prototype);
  return Object.freeze(safe);
}

/** A Map for internal use: `get`, `set`, `has`, `delete` and `size` may be called as methods. */
export const SafeMap = makeSafe(
  Map,
  class SafeMap<K, V> extends Map<K, V> {
    constructor() {
      super();
    }
  },
);
export type SafeMap<K, V> = InstanceType<typeof SafeMap<K, V>>;

const hasInstance: Function = Function.prototype[Symbol.hasInstance];
const SymbolHasInstance: typeof Symbol.hasInstance = Symbol.hasInstance;

/** For a class of the prelude's own: instanceof without a guest's Symbol.hasInstance, a prototype that cannot be reached. */
export function hideClass(constructor: Function & { readonly prototype: object }): void {
  setPrototypeOf(constructor, null);
  setPrototypeOf(constructor.prototype, null);
  ObjectDefineProperty(constructor, SymbolHasInstance, { __proto__: null, value: hasInstance });
  ObjectFreeze(constructor);
}

const setPrototypeOf: (target: object, prototype: object | null) => object = hidden(Object.setPrototypeOf);

/** An array without a prototype: elements can be appended by index without meeting a guest's setter. */
export function newList<T>(): T[] {
  return setPrototypeOf([], null) as T[];
}

const NativeArray = Array;
const ArrayOf: Function = hidden(Array.of);

/** The elements of two lists, one after the other. */
export function concatLists(first: readonly unknown[], second: readonly unknown[]): unknown[] {
  const list = newList<unknown>();
  for (let index = 0; index < first.length; index++) list[list.length] = first[index];
  for (let index = 0; index < second.length; index++) list[list.length] = second[index];
  return list;
}

/** An ordinary array for guests, with the elements of a list. */
export function newArray<T>(list: readonly T[]): T[] {
  return ReflectApply(ArrayOf, NativeArray, list) as T[];
}

/** A frozen, ordinary array for guests, with the elements of a list. */
export function newFrozenArray<T>(list: readonly T[]): readonly T[] {
  return ObjectFreeze(newArray(list));
}

/** Whether a value is an Object in the language's sense. */
export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
