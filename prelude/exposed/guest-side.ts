/**
 * What the guest keeps for the host, by number: functions that the host may call, streams and async generators that it reads
 * piece by piece. No web specification.
 */
import {
  AsyncGeneratorNext,
  AsyncGeneratorPrototype,
  AsyncGeneratorReturn,
  AsyncGeneratorThrow,
  ObjectGetPrototypeOf,
  SafeMap,
  isArray,
} from "../core/primordials.ts";
import { Deferred, markHandled } from "../streams/promises.ts";
import { type ReaderState, acquireDefaultReader, cancelStream, readDefault } from "../streams/readable-state.ts";
import { readableStateOf } from "../streams/readable-stream.ts";

export const enum Kind {
  Function = 0,
  Stream = 1,
  Iterator = 2,
}

/** One that is kept. */
interface Kept {
  readonly kind: Kind;
  readonly id: number;
  readonly value: Function | ReaderState | object;
}

const all = new SafeMap<unknown, Kept>();
let lastId = 0;
/** Of an async generator's prototype chain; one that was lengthened has itself to blame. */
const chainMax = 8;

function isGenerator(value: object): boolean {
  let prototype = ObjectGetPrototypeOf(value);
  for (let index = 0; prototype !== null && index < chainMax; index++) {
    if (prototype === AsyncGeneratorPrototype) return true;
    prototype = ObjectGetPrototypeOf(prototype);
  }
  return false;
}

/** undefined: it is none of those that cross by a number. Throws for a stream that is locked. */
export function keepForHost(value: object): Kept | undefined {
  if (typeof value === "function") return keep(Kind.Function, value);
  const stream = readableStateOf(value);
  if (stream !== undefined) return keep(Kind.Stream, acquireDefaultReader(stream));
  return isGenerator(value) ? keep(Kind.Iterator, value) : undefined;
}

function keep(kind: Kind, value: Kept["value"]): Kept {
  const kept: Kept = { kind, id: ++lastId, value };
  all.set(kept.id, kept);
  return kept;
}

/** The host has it no more: a stream or a generator that is not at its end is ended. */
export function release(id: unknown): void {
  const kept = all.get(id);
  if (kept === undefined) return;
  all.delete(id);
  if (kept.kind === Kind.Iterator) return markHandled(AsyncGeneratorReturn(kept.value, undefined));
  const stream = kept.kind === Kind.Stream ? (kept.value as ReaderState).stream : undefined;
  if (stream !== undefined) markHandled(cancelStream(stream, undefined));
}

/** The function under a number, if it is one. */
export function keptFunction(id: unknown): Function | undefined {
  const kept = all.get(id);
  return kept !== undefined && kept.kind === Kind.Function ? (kept.value as Function) : undefined;
}

/** What the host asks of a generator: its number alone is the next piece. */
type Asked = readonly [id: unknown, step: "next" | "return" | "throw", value: unknown];

/** The next piece of what is under a number, or what else is asked of a generator. What is not there is at its end. */
export async function next(data: unknown): Promise<object> {
  const asked: Asked = isArray(data) ? (data as unknown as Asked) : [data, "next", undefined];
  const id = asked[0];
  const kept = all.get(id);
  if (kept === undefined) {
    if (asked[1] === "throw") throw asked[2];
    return { __proto__: null, done: true, value: asked[2] };
  }
  try {
    const result = kept.kind === Kind.Stream ? await read(kept.value as ReaderState) : await step(kept.value, asked);
    if (result.done) all.delete(id);
    return result;
  } catch (error) {
    all.delete(id);
    throw error;
  }
}

interface Piece {
  readonly __proto__: null;
  readonly done: boolean;
  readonly value?: unknown;
}

async function step(generator: object, asked: Asked): Promise<Piece> {
  const { done, value } = await resume(generator, asked[1], asked[2]);
  return { __proto__: null, done: done === true, value };
}

function resume(generator: object, how: Asked[1], value: unknown): Promise<IteratorResult<unknown>> {
  if (how === "return") return AsyncGeneratorReturn(generator, value);
  return how === "throw" ? AsyncGeneratorThrow(generator, value) : AsyncGeneratorNext(generator, value);
}

/** Wrapped before any promise: a chunk may have a `then`. */
function read(reader: ReaderState): Promise<Piece> {
  const piece = new Deferred<Piece>();
  readDefault(reader, {
    chunk: (value) => piece.resolve({ __proto__: null, done: false, value }),
    close: () => piece.resolve({ __proto__: null, done: true }),
    error: (reason) => piece.reject(reason),
  });
  return piece.promise;
}
