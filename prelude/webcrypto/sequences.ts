/**
 * Web IDL: sequences of anything. https://webidl.spec.whatwg.org/#js-sequence
 */
import { NativeTypeError, ReflectApply, SymbolIterator, isObject, newList } from "../core/primordials.ts";

/** The guest's iterator, our list. */
export function toSequence<T>(value: unknown, convert: (item: unknown) => T, context: string): T[] {
  const method = isObject(value) ? (value as Record<PropertyKey, unknown>)[SymbolIterator] : undefined;
  if (typeof method !== "function") {
    throw new NativeTypeError(`${context}: The provided value cannot be converted to a sequence.`);
  }
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
