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
} from "../core/primordials.ts";
import { toDOMString, toIterated, toUSVString } from "../webidl/converters.ts";

type Append = (name: string, value: string) => void;
type ToText = (value: unknown) => string;

/**
 * Hands the pairs of an object to `append`, each name and each value converted by `toText` as it comes.
 *
 * @throws TypeError if it has none
 */
export function appendInit(init: object, context: string, append: Append, toText: ToText = toUSVString): void {
  const method: unknown = (init as Record<PropertyKey, unknown>)[SymbolIterator];
  if (method === undefined || method === null) return appendRecord(init, append, toText);
  if (typeof method !== "function") throw new NativeTypeError(`${context}: The object's iterator is not a function.`);
  appendSequence(init, method, context, append, toText);
}

function appendSequence(init: object, method: Function, context: string, append: Append, toText: ToText): void {
  const pairs = toIterated(init, method, context, (item) => toPair(item, context, toText));
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index]!;
    if (pair.length !== 2) throw new NativeTypeError(`${context}: Each pair must have exactly two elements.`);
    append(pair[0]!, pair[1]!);
  }
}

function toPair(item: unknown, context: string, toText: ToText): readonly string[] {
  const method = isObject(item) ? (item as Record<PropertyKey, unknown>)[SymbolIterator] : undefined;
  if (typeof method !== "function") throw new NativeTypeError(`${context}: An element is not a pair.`);
  return toIterated(item as object, method, context, toText);
}

/** https://webidl.spec.whatwg.org/#js-record */
function appendRecord(init: object, append: Append, toText: ToText): void {
  const keys = ReflectOwnKeys(init);
  const record = new SafeMap<string, string>();
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    if (ReflectGetOwnPropertyDescriptor(init, key)?.enumerable !== true) continue;
    // A symbol throws, as the conversion wants.
    const name = toText(toDOMString(key));
    record.set(name, toText((init as Record<PropertyKey, unknown>)[key]));
  }
  ReflectApply(record.forEach, record, [(value: string, name: string) => append(name, value)]);
}
