/**
 * Streams: ReadableStream.from(). https://streams.spec.whatwg.org/#readable-stream-from-iterable
 */
import { callPlace, placed } from "../core/call-place.ts";
import { NativeTypeError, ReflectApply, SymbolAsyncIterator, SymbolIterator, isObject } from "../core/primordials.ts";
import { markHandled } from "./promises.ts";
import { type DefaultController, createReadable } from "./readable-default-controller.ts";
import type { ReadableState } from "./readable-state.ts";

interface IteratorRecord {
  readonly iterator: object;
  readonly next: Function;
  /** Of a synchronous iterator the values are awaited, as for await does. */
  readonly sync: boolean;
}

/** https://tc39.es/ecma262/#sec-getiterator, async. */
function getIterator(iterable: unknown, context: string): IteratorRecord {
  // https://webidl.spec.whatwg.org/#js-async-iterable: a string is none, though it has an iterator.
  if (!isObject(iterable)) throw new NativeTypeError(`${context}: parameter 1 is not async iterable.`);
  const members = iterable as Record<PropertyKey, unknown>;
  let method = members[SymbolAsyncIterator];
  const sync = method === undefined || method === null;
  if (sync) method = members[SymbolIterator];
  if (typeof method !== "function") throw new NativeTypeError(`${context}: parameter 1 is not async iterable.`);
  const iterator = ReflectApply(method, iterable, []);
  if (!isObject(iterator)) throw new NativeTypeError(`${context}: The iterator is not an object.`);
  const next = (iterator as { next?: unknown }).next;
  return { iterator, next: next as Function, sync };
}

function requireObject(result: unknown, method: string, place: object): { done?: unknown; value?: unknown } {
  if (isObject(result)) return result;
  const message = `The promise returned by the iterator's ${method}() was not fulfilled with an object.`;
  throw placed(new NativeTypeError(message), place);
}

/** @param toChunk - of a value; what it throws is the stream's error, and the end of the iteration */
export function streamFrom(
  iterable: unknown,
  context: string,
  toChunk: (value: unknown) => unknown = (value) => value,
): ReadableState {
  const record = getIterator(iterable, context);
  const { iterator, sync } = record;
  const place = callPlace();

  const pull = async (): Promise<void> => {
    let result = ReflectApply(record.next, iterator, []);
    if (!sync) result = await result;
    const { done } = requireObject(result, "next", place);
    if (done) {
      if (sync) await (result as { value?: unknown }).value;
      controller.close();
      return;
    }
    let value = (result as { value?: unknown }).value;
    if (sync) value = await value;
    let chunk: unknown;
    try {
      chunk = toChunk(value);
    } catch (error) {
      markHandled(cancel(error));
      throw error;
    }
    controller.enqueue(chunk);
  };

  const cancel = async (reason: unknown): Promise<void> => {
    const method = (iterator as { return?: unknown }).return;
    if (method === undefined || method === null) return;
    if (typeof method !== "function")
      throw placed(new NativeTypeError("The iterator's return is not a function."), place);
    let result = ReflectApply(method, iterator, [reason]);
    if (!sync) result = await result;
    const { value } = requireObject(result, "return", place);
    if (sync) await value;
  };

  const stream = createReadable({ pull, cancel }, 0);
  const controller = stream.controller as DefaultController;
  return stream;
}
