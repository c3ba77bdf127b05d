/** What the engine says of objects, for the console; engine/v8/ops/preview.cc. No web specification. */
import { Op } from "../core/engine.ts";

/** The first element of a preview; what follows the name of the object's class. */
export const enum Preview {
  Object = 0,
  /** Its target, null if it is revoked. */
  Proxy = 1,
  /** "class", "Function", "AsyncFunction" or "GeneratorFunction", and its own name. */
  Function = 2,
  Error = 3,
  /** Keys and values in turn. */
  Map = 4,
  /** Values. */
  Set = 5,
  /** The text of a point in time. */
  Time = 6,
  /** Source, and flags as V8 counts them. */
  RegExp = 7,
  /** "pending", "fulfilled" or "rejected", and the result. */
  Promise = 8,
  /** The primitive. */
  Boxed = 9,
  /** Bytes. */
  ArrayBuffer = 10,
  /** Bytes. */
  DataView = 11,
  Weak = 12,
  /** Entries, and whether they are keys and values in turn. */
  Iterator = 13,
  Generator = 14,
}

/** Runs no code of the guest's. */
export function previewOf(object: object): readonly [kind: Preview, name: string, ...more: unknown[]] {
  return op(Op.Preview, object);
}

/** The own keys of a list that are no indexes. */
export function namesOf(list: object): readonly (string | symbol)[] {
  return op(Op.OwnNames, list);
}
