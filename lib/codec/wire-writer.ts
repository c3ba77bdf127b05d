/** Writes host values in V8's wire format, with the meaning of structured clone. */
import { Buffer } from "node:buffer";
import { types } from "node:util";
import { DataCloneError } from "../contract/errors.ts";
import { extraKeys, arrayIndex, isSparse } from "./array-keys.ts";
import { ByteSink } from "./byte-sink.ts";
import { ByteWriter } from "./byte-writer.ts";
import { refusalOf, unfitClass, shownName } from "./clone-rules.ts";
import { extrasOf } from "./error-extras.ts";
import { Latin1 } from "./latin1.ts";
import type { Part } from "./latin1.ts";
import { ObjectIds } from "./object-ids.ts";
import { formatPath } from "../contract/path.ts";
import type { PathSegment } from "../contract/path.ts";
import * as wire from "./wire-format.ts";

/**
 * Levels of nesting at most. V8 15.2 reads what the host writes by recursion and runs out of a guest's 984 KB of stack
 * between 2,500 and 3,000 levels.
 */
export const ENCODE_DEPTH_MAX = 1000;

const LENGTH_MAX = 2 ** 32 - 1;

const { hasOwn, getPrototypeOf } = Object;
const { isProxy } = types;
const ObjectPrototype = Object.prototype;
const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
const getTime = Date.prototype.getTime;
const typedArrayPrototype = getPrototypeOf(Uint8Array.prototype) as Uint8Array;
const typedArrayKeys = typedArrayPrototype.keys;
const typeNameOf = Object.getOwnPropertyDescriptor(typedArrayPrototype, Symbol.toStringTag)?.get as () => string;
const nameOfDOMException = getterOf(DOMException.prototype, "name");
const messageOfDOMException = getterOf(DOMException.prototype, "message");
const VIEW_TAGS = new Map(wire.VIEW_TYPES.map(([tag, type]) => [type.name, tag]));
const ERROR_TAGS = new Map(wire.ERROR_TYPES.map(([tag, type]) => [type.name, tag]));

/** Writes one message at a time. Getters run meanwhile and may encode themselves, with another writer. */
export class WireWriter extends ByteWriter {
  readonly #ids = new ObjectIds();
  #root = "";
  #depth = 0;
  readonly #path: PathSegment[] = [];
  readonly #errors: Error[] = [];

  /** Starts a message in the sink's memory. Until `end` the sink is as good as new. */
  begin(sink: ByteSink): void {
    this.open(sink);
    this.#depth = 0;
  }

  /** Writes one value. @param root - how messages call it @throws DataCloneError, and what the value's getters throw */
  write(value: unknown, root: string): void {
    this.#root = root;
    this.#value(value);
  }

  /** Writes what the values' errors have besides that which V8 serializes. Last, before `end`. */
  writeExtras(): void {
    // Those of their data come while this goes on.
    for (let index = 0; index < this.#errors.length; index++) {
      const error = this.#errors[index]!;
      const extras = extrasOf(error, isClonable);
      if (extras === undefined) continue;
      this.byte(wire.EXTRAS_MARK);
      this.#root = "error";
      this.#value([error, extras]);
    }
  }

  /** Writes a list of the library's own. */
  writeList(list: readonly Part[]): void {
    this.#openList(list.length);
    for (const part of list) {
      if (part instanceof Latin1) this.#latin1(part.bytes);
      else this.#value(part);
    }
    this.#closeList(list.length);
  }

  /** Writes a list of one value. @param root - how messages call the value @throws as `write` */
  writeListed(value: unknown, root: string): void {
    this.#openList(1);
    this.write(value, root);
    this.#closeList(1);
  }

  #openList(length: number): void {
    this.#ids.add(undefined);
    this.byte(wire.TAG_ARRAY_DENSE);
    this.varint(length);
  }

  #closeList(length: number): void {
    this.byte(wire.TAG_ARRAY_DENSE_END);
    this.varint(0);
    this.varint(length);
  }

  #latin1(bytes: Uint8Array): void {
    this.byte(wire.TAG_STRING_LATIN1);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Puts the message into the sink, as far as it has come, and forgets the objects. */
  end(sink: ByteSink): void {
    this.close(sink);
    this.#ids.clear();
    if (this.#errors.length !== 0) this.#errors.length = 0;
  }

  #value(value: unknown): void {
    switch (typeof value) {
      case "string":
        return this.string(value);
      case "number":
        return this.number(value);
      case "object":
        return value === null ? this.byte(wire.TAG_NULL) : this.#object(value);
      case "boolean":
        return this.byte(value ? wire.TAG_TRUE : wire.TAG_FALSE);
      case "undefined":
        return this.byte(wire.TAG_UNDEFINED);
      case "bigint":
        return this.bigint(wire.TAG_BIGINT, value);
      case "function":
        throw this.#refuse(`a function${shownName(value.name)} cannot be sent to an isolate`);
      case "symbol":
        throw this.#refuse(`a symbol${shownName(String(value))} cannot be sent to an isolate`);
    }
  }

  #object(value: object): void {
    if (isProxy(value)) throw this.#refuse(refusalOf("Proxy"));
    const prototype: unknown = getPrototypeOf(value);
    const isPlain = prototype === ObjectPrototype || prototype === null;
    const isArray = !isPlain && Array.isArray(value);
    if (!isPlain && !isArray && ArrayBuffer.isView(value)) return this.#viewOrReference(value);
    if (this.#reference(value)) return;
    if (isPlain) this.#properties(value);
    else if (isArray) this.#array(value as unknown[]);
    else this.#exotic(value);
  }

  /** One level down: what is written next is a part of the object. Returns the place of its key in the path. */
  #enter(): number {
    if (this.#depth >= ENCODE_DEPTH_MAX) {
      throw this.#refuse(`the data is nested more than ${ENCODE_DEPTH_MAX} levels deep`);
    }
    return this.#depth++;
  }

  #properties(object: object): void {
    const path = this.#path;
    const at = this.#enter();
    let count = 0;
    this.byte(wire.TAG_OBJECT);
    for (const key in object) {
      if (!hasOwn(object, key)) continue;
      path[at] = key;
      const value = (object as Record<string, unknown>)[key];
      this.string(key);
      this.#value(value);
      count++;
    }
    this.#depth--;
    this.byte(wire.TAG_OBJECT_END);
    this.varint(count);
  }

  #array(array: readonly unknown[]): void {
    if (isSparse(array)) return this.#sparseArray(array);
    const path = this.#path;
    const at = this.#enter();
    const { length } = array;
    this.byte(wire.TAG_ARRAY_DENSE);
    this.varint(length);
    for (let i = 0; i < length; i++) {
      const value = array[i];
      path[at] = i;
      if (value === undefined && !hasOwn(array, i)) this.byte(wire.TAG_HOLE);
      else this.#value(value);
    }
    const count = this.#keyed(array, extraKeys(array));
    this.#depth--;
    this.byte(wire.TAG_ARRAY_DENSE_END);
    this.varint(count);
    this.varint(length);
  }

  #sparseArray(array: readonly unknown[]): void {
    const { length } = array;
    this.byte(wire.TAG_ARRAY_SPARSE);
    this.varint(length);
    this.#enter();
    const count = this.#keyed(array, Object.keys(array));
    this.#depth--;
    this.byte(wire.TAG_ARRAY_SPARSE_END);
    this.varint(count);
    this.varint(length);
  }

  /** Writes these properties of an array, as far as they still exist. Returns how many. */
  #keyed(array: readonly unknown[], keys: readonly string[]): number {
    const at = this.#depth - 1;
    let count = 0;
    for (const key of keys) {
      if (!hasOwn(array, key)) continue;
      const index = arrayIndex(key);
      this.#path[at] = index < 0 ? key : index;
      const value = (array as unknown as Record<string, unknown>)[key];
      if (index < 0) this.string(key);
      else this.number(index);
      this.#value(value);
      count++;
    }
    return count;
  }

  #exotic(value: object): void {
    if (types.isMap(value)) return this.#map(value);
    if (types.isSet(value)) return this.#set(value);
    if (types.isDate(value)) return this.double(wire.TAG_DATE, getTime.call(value));
    if (types.isAnyArrayBuffer(value)) return this.#arrayBuffer(value);
    if (isDOMException(value)) return this.#domException(value);
    if (types.isNativeError(value)) return this.#error(value);
    if (types.isRegExp(value)) return this.#regexp(value);
    if (types.isBoxedPrimitive(value)) return this.#boxed(value);
    const unfit = unfitClass(value);
    if (unfit !== undefined) throw this.#refuse(refusalOf(unfit));
    this.#properties(value);
  }

  #map(map: Map<unknown, unknown>): void {
    const path = this.#path;
    const at = this.#enter();
    let count = 0;
    this.byte(wire.TAG_MAP);
    for (const [key, value] of mapEntries.call(map)) {
      if (mayFail(key)) path[at] = { what: "map key", index: count / 2 };
      this.#value(key);
      if (mayFail(value)) path[at] = typeof key === "string" ? key : { what: "map value", index: count / 2 };
      this.#value(value);
      count += 2;
    }
    this.#depth--;
    this.byte(wire.TAG_MAP_END);
    this.varint(count);
  }

  #set(set: Set<unknown>): void {
    const path = this.#path;
    const at = this.#enter();
    let count = 0;
    this.byte(wire.TAG_SET);
    for (const value of setValues.call(set)) {
      if (mayFail(value)) path[at] = { what: "set value", index: count };
      this.#value(value);
      count++;
    }
    this.#depth--;
    this.byte(wire.TAG_SET_END);
    this.varint(count);
  }

  #arrayBuffer(buffer: ArrayBufferLike): void {
    if (!(types.isArrayBuffer(buffer) && buffer instanceof ArrayBuffer)) {
      throw this.#refuse(refusalOf("SharedArrayBuffer"));
    }
    if (buffer.detached) throw this.#refuse("the buffer has been transferred elsewhere (it is detached)");
    const { byteLength } = buffer;
    if (buffer.resizable) {
      if (buffer.maxByteLength > LENGTH_MAX) throw this.#refuse("the buffer may grow beyond 4 GiB");
      this.byte(wire.TAG_ARRAY_BUFFER_RESIZABLE);
      this.varint(byteLength);
      this.varint(buffer.maxByteLength);
    } else {
      this.byte(wire.TAG_ARRAY_BUFFER);
      this.varint(byteLength);
    }
    this.raw(new Uint8Array(buffer));
  }

  #viewOrReference(view: ArrayBufferView): void {
    const id = this.#ids.find(view);
    if (id >= 0) return this.#referTo(id);
    if (view instanceof Buffer) return this.#nodeBuffer(view);
    const { buffer } = view;
    if (!this.#reference(buffer)) this.#arrayBuffer(buffer);
    this.#ids.add(view);
    const resizable = (buffer as ArrayBuffer).resizable;
    if (resizable && isOutOfBounds(view)) throw this.#refuse("the view lies outside of its resized buffer");
    const { byteOffset, byteLength } = view;
    const typeName = typeNameOf.call(view as Uint8Array) ?? "DataView";
    // Whether a view grows with its buffer cannot be asked; one that ends where its buffer ends is taken to.
    const tracking = resizable && buffer.byteLength - byteOffset - byteLength < elementSize(view);
    this.byte(wire.TAG_VIEW);
    this.byte(VIEW_TAGS.get(typeName) ?? 0);
    this.varint(byteOffset);
    this.varint(tracking ? 0 : byteLength);
    this.varint(resizable ? wire.VIEW_OF_RESIZABLE | (tracking ? wire.VIEW_LENGTH_TRACKING : 0) : 0);
  }

  /**
   * A Buffer may be a part of a pool that holds other data of the host, so only its own bytes are sent, as a Uint8Array
   * over a buffer of its own.
   */
  #nodeBuffer(buffer: Buffer): void {
    this.#ids.add(undefined);
    this.#ids.add(buffer);
    this.byte(wire.TAG_ARRAY_BUFFER);
    this.varint(buffer.length);
    this.raw(buffer);
    this.byte(wire.TAG_VIEW);
    this.byte(VIEW_TAGS.get("Uint8Array") ?? 0);
    this.varint(0);
    this.varint(buffer.length);
    this.varint(0);
  }

  /** The host's stack stays here: the guest gets its first line, as an error that was never thrown would have. */
  #error(error: Error): void {
    const name = String(error.name);
    const message = dataProperty(error, "message");
    const tag = ERROR_TAGS.get(name);
    if (this.#errors.length < wire.EXTRAS_MAX) this.#errors.push(error);
    this.byte(wire.TAG_ERROR);
    if (tag !== undefined) this.byte(tag);
    if (message !== undefined) {
      this.byte(wire.ERROR_MESSAGE);
      this.string(String(message));
    }
    this.byte(wire.ERROR_STACK);
    this.string(message === undefined || message === "" ? name : `${name}: ${String(message)}`);
    if (hasOwn(error, "cause")) {
      this.#path[this.#enter()] = "cause";
      this.byte(wire.ERROR_CAUSE);
      this.#value(dataProperty(error, "cause"));
      this.#depth--;
    }
    this.byte(wire.ERROR_END);
  }

  /** What browsers clone of it. The host's stack stays here. */
  #domException(exception: DOMException): void {
    if (this.#errors.length < wire.EXTRAS_MAX) this.#errors.push(exception);
    this.byte(wire.TAG_HOST_OBJECT);
    this.byte(wire.HOST_DOM_EXCEPTION);
    for (const text of [nameOfDOMException.call(exception), messageOfDOMException.call(exception), ""]) {
      this.string(text);
    }
  }

  #regexp(regexp: RegExp): void {
    this.byte(wire.TAG_REGEXP);
    this.string(regexp.source);
    let bits = 0;
    for (const flag of regexp.flags) bits |= 1 << wire.REGEXP_FLAGS.indexOf(flag as "g");
    this.varint(bits);
  }

  #boxed(value: object): void {
    if (types.isNumberObject(value)) this.double(wire.TAG_NUMBER_OBJECT, Number.prototype.valueOf.call(value));
    else if (types.isBooleanObject(value)) {
      const truth = Boolean.prototype.valueOf.call(value);
      this.byte(truth ? wire.TAG_BOOLEAN_OBJECT_TRUE : wire.TAG_BOOLEAN_OBJECT_FALSE);
    } else if (types.isStringObject(value)) {
      this.byte(wire.TAG_STRING_OBJECT);
      this.string(String.prototype.valueOf.call(value));
    } else if (types.isBigIntObject(value)) this.bigint(wire.TAG_BIGINT_OBJECT, BigInt.prototype.valueOf.call(value));
    else throw this.#refuse("a symbol (boxed) cannot be sent to an isolate");
  }

  /** Writes a reference if the object has been written already; otherwise gives it the next id. */
  #reference(value: object): boolean {
    const id = this.#ids.find(value);
    if (id < 0) {
      this.#ids.add(value);
      return false;
    }
    this.#referTo(id);
    return true;
  }

  #referTo(id: number): void {
    this.byte(wire.TAG_REFERENCE);
    this.varint(id);
  }

  #refuse(reason: string): DataCloneError {
    return new DataCloneError(`${formatPath(this.#root, this.#path, this.#depth)}: ${reason}.`);
  }
}

/** A trial, with a writer of its own. */
function isClonable(value: unknown): boolean {
  const sink = new ByteSink();
  const writer = new WireWriter();
  writer.begin(sink);
  try {
    writer.write(value, "value");
    return true;
  } catch {
    return false;
  } finally {
    writer.end(sink);
  }
}

function getterOf(prototype: object, key: string): () => string {
  return Object.getOwnPropertyDescriptor(prototype, key)?.get as () => string;
}

/** Not what only has the prototype of one. */
function isDOMException(value: object): value is DOMException {
  if (!(value instanceof DOMException)) return false;
  try {
    nameOfDOMException.call(value);
    return true;
  } catch {
    return false;
  }
}

function mayFail(value: unknown): boolean {
  return typeof value === "object" || typeof value === "function" || typeof value === "symbol";
}

function dataProperty(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

function elementSize(view: ArrayBufferView): number {
  return view instanceof DataView ? 1 : (view as Uint8Array).BYTES_PER_ELEMENT;
}

function isOutOfBounds(view: ArrayBufferView): boolean {
  try {
    if (view instanceof DataView) void view.byteLength;
    else typedArrayKeys.call(view as Uint8Array);
    return false;
  } catch {
    return true;
  }
}
