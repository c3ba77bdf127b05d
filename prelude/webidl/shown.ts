/**
 * What the console shows of platform objects, which have nothing of their own: attributes that node shows, by the getters
 * that they had before a guest could replace them, and pairs. What makes something when it is asked (a body's stream) is
 * left out. No web specification.
 */
import {
  ObjectGetPrototypeOf,
  ReflectApply,
  ReflectGetOwnPropertyDescriptor,
  SymbolToStringTag,
  newList,
} from "../core/primordials.ts";

/** By interface; inherited ones are those of the parent, which come first. */
const attributes: Readonly<Record<string, string>> = {
  __proto__: null,
  AbortController: "signal",
  AbortSignal: "aborted",
  Blob: "size type",
  BroadcastChannel: "name",
  ByteLengthQueuingStrategy: "highWaterMark",
  CloseEvent: "wasClean code reason",
  CompressionStream: "readable writable",
  CountQueuingStrategy: "highWaterMark",
  CustomEvent: "detail",
  DecompressionStream: "readable writable",
  ErrorEvent: "message filename lineno colno error",
  Event: "type defaultPrevented cancelable timeStamp",
  EventSource: "url readyState",
  File: "name lastModified",
  MessageChannel: "port1 port2",
  MessageEvent: "data origin lastEventId",
  PerformanceEntry: "name entryType startTime duration",
  PerformanceMark: "detail",
  PerformanceMeasure: "detail",
  PromiseRejectionEvent: "promise reason",
  ReadableStream: "locked",
  Request: "method url headers redirect credentials cache bodyUsed",
  Response: "status statusText headers bodyUsed ok redirected type url",
  TextDecoder: "encoding fatal ignoreBOM",
  TextEncoder: "encoding",
  TransformStream: "readable writable",
  URL: "href origin protocol username password host hostname port pathname search searchParams hash",
  URLPattern: "protocol username password hostname port pathname search hash",
  WebSocket: "url readyState protocol",
  WritableStream: "locked",
} as unknown as Record<string, string>;

interface Pairs {
  readonly names: readonly string[];
  readonly values: readonly unknown[];
}

type Attribute = readonly [name: string, get: Function];

const getters: Record<string, Attribute[]> = { __proto__: null } as never;
const pairs: Record<string, (instance: never) => Pairs> = { __proto__: null } as never;

/** When an interface is defined. */
export function rememberAttributes(name: string, prototype: object): void {
  const names = attributes[name];
  if (names === undefined) return;
  const found = newList<Attribute>();
  let start = 0;
  for (let index = 0; index <= names.length; index++) {
    if (index < names.length && names[index] !== " ") continue;
    let key = "";
    for (let at = start; at < index; at++) key += names[at]!;
    start = index + 1;
    const get = ReflectGetOwnPropertyDescriptor(prototype, key)?.get;
    if (get !== undefined) found[found.length] = [key, get];
  }
  getters[name] = found;
}

/** When an interface is made iterable. */
export function rememberPairs(name: string, pairsOf: (instance: never) => Pairs): void {
  pairs[name] = pairsOf;
}

/** The interface that a prototype is of, if it says so itself. */
function interfaceOf(prototype: object): string {
  const tag: unknown = ReflectGetOwnPropertyDescriptor(prototype, SymbolToStringTag)?.value;
  return typeof tag === "string" ? tag : "";
}

/** So far up prototypes are looked for. */
const levelsMax = 16;

/** Calls back for each attribute that is shown. An object that only claims to be one has none. */
export function forEachAttribute(
  object: object,
  callback: (name: string, value: unknown) => void,
  prototype = ObjectGetPrototypeOf(object),
  level = 0,
): void {
  if (prototype === null || level >= levelsMax) return;
  forEachAttribute(object, callback, ObjectGetPrototypeOf(prototype), level + 1);
  const own = getters[interfaceOf(prototype)];
  for (let index = 0; own !== undefined && index < own.length; index++) {
    let value: unknown;
    try {
      value = ReflectApply(own[index]![1], object, []);
    } catch {
      return;
    }
    callback(own[index]![0], value);
  }
}

/** Calls back for each pair of an iterable one; `isText`: both are shown as texts, else the first is a name. */
export function forEachEntry(object: object, callback: (name: string, value: unknown, isText: boolean) => void): void {
  let prototype = ObjectGetPrototypeOf(object);
  for (let level = 0; prototype !== null && level < levelsMax; level++) {
    const name = interfaceOf(prototype);
    const pairsOf = pairs[name];
    if (pairsOf !== undefined) {
      try {
        const { names, values } = pairsOf(object as never);
        for (let index = 0; index < names.length; index++) {
          callback(names[index]!, values[index], name === "URLSearchParams");
        }
      } catch {
        // It only claims to be one.
      }
      return;
    }
    prototype = ObjectGetPrototypeOf(prototype);
  }
}

/** How many of both there are. */
export function countShown(object: object): number {
  let count = 0;
  const add = (): void => void count++;
  forEachAttribute(object, add);
  forEachEntry(object, add);
  return count;
}
