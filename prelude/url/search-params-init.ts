/**
 * URL: what a URLSearchParams may be made of. https://url.spec.whatwg.org/#dom-urlsearchparams-urlsearchparams
 *
 * Web IDL's (sequence<sequence<USVString>> or record<USVString, USVString> or USVString).
 */
import {
  NativeTypeError,
  ReflectApply,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  SafeMap,
  SymbolIterator,
  isObject,
} from "../primordials.ts";
import { toDOMString, toIterated, toUSVString } from "../webidl/converters.ts";

type Append = (name: string, value: string) => void;

/** Hands the pairs of an object to `append`. @throws TypeError if it has none */
export function appendInit(init: object, context: string, append: Append): void {
  const method: unknown = (init as Record<PropertyKey, unknown>)[SymbolIterator];
  if (method === undefined || method === null) return appendRecord(init, append);
  if (typeof method !== "function") throw new NativeTypeError(`${context}: The object's iterator is not a function.`);
  appendSequence(init, method, context, append);
}

function appendSequence(init: object, method: Function, context: string, append: Append): void {
  const pairs = toIterated(init, method, context, (item) => toPair(item, context));
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index]!;
    if (pair.length !== 2) throw new NativeTypeError(`${context}: Each pair must have exactly two elements.`);
    append(pair[0]!, pair[1]!);
  }
}

function toPair(item: unknown, context: string): readonly string[] {
  const method = isObject(item) ? (item as Record<PropertyKey, unknown>)[SymbolIterator] : undefined;
  if (typeof method !== "function") throw new NativeTypeError(`${context}: An element is not a pair.`);
  return toIterated(item as object, method, context, toUSVString);
}

/** https://webidl.spec.whatwg.org/#js-record */
function appendRecord(init: object, append: Append): void {
  const keys = ReflectOwnKeys(init);
  const record = new SafeMap<string, string>();
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    if (ReflectGetOwnPropertyDescriptor(init, key)?.enumerable !== true) continue;
    // A symbol throws, as the conversion wants.
    const name = toUSVString(toDOMString(key));
    record.set(name, toUSVString((init as Record<PropertyKey, unknown>)[key]));
  }
  ReflectApply(record.forEach, record, [(value: string, name: string) => append(name, value)]);
}
