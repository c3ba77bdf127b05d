/**
 * XMLHttpRequest: FormData. https://xhr.spec.whatwg.org/#interface-formdata
 */
import { BlobData, blobDataOf } from "../file-api/blob.ts";
import { type File, createFile, isFile, now } from "../file-api/file.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { NativeTypeError, hideClass, isObject, newArray, newList } from "../core/primordials.ts";
import { constructing, executing, requireArguments, toUSVString } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { type Pairs, defineIterable } from "../webidl/iterators.ts";

export type FormDataValue = string | File;

/** https://xhr.spec.whatwg.org/#concept-formdata-entry-list: names and values, by place. */
export class EntryList implements Pairs {
  readonly names = newList<string>();
  readonly values = newList<FormDataValue>();

  append(name: string, value: FormDataValue): void {
    const end = this.names.length;
    this.names[end] = name;
    this.values[end] = value;
  }

  /** The first place from `start` on, -1 if there is none. */
  find(name: string, start = 0): number {
    for (let index = start; index < this.names.length; index++) if (this.names[index] === name) return index;
    return -1;
  }

  /** Removes all of a name from `start` on. */
  remove(name: string, start = 0): void {
    let end = start;
    for (let index = start; index < this.names.length; index++) {
      if (this.names[index] === name) continue;
      this.names[end] = this.names[index]!;
      this.values[end] = this.values[index]!;
      end++;
    }
    this.names.length = end;
    this.values.length = end;
  }
}

/** https://xhr.spec.whatwg.org/#create-an-entry, the value of it: a Blob becomes a File. */
function toValue(present: number, value: unknown, filename: unknown, context: string): FormDataValue {
  const data = blobDataOf(value);
  if (data === undefined) {
    if (present < 3) return toUSVString(value);
    throw new NativeTypeError(`${context}: parameter 2 is not of type 'Blob'.`);
  }
  const name = filename === undefined ? undefined : toUSVString(filename);
  const file = isFile(value as object);
  if (file && name === undefined) return value as File;
  return createFile(new BlobData(data.bytes, data.type, name ?? "blob", file ? data.lastModified : now()));
}

/** The entries of a FormData, undefined for everything else. */
export let entriesOf: (value: unknown) => EntryList | undefined;

/** https://xhr.spec.whatwg.org/#formdata */
export class FormData {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #entries: EntryList;

  static {
    entriesOf = (value): EntryList | undefined => (isObject(value) && #entries in value ? value.#entries : undefined);
  }

  /** There are no forms here: guests pass nothing, the prelude an EntryList. */
  constructor(form: unknown = undefined) {
    if (form !== undefined && !(form instanceof EntryList)) {
      throw new NativeTypeError(`${constructing("FormData")}: parameter 1 is not of type 'HTMLFormElement'.`);
    }
    this.#entries = form ?? new EntryList();
  }

  append(name: unknown, value: unknown, filename: unknown = undefined): void {
    const entries = this.#entries;
    const context = executing("append", "FormData");
    requireArguments(arguments.length, 2, context);
    const key = toUSVString(name);
    entries.append(key, toValue(arguments.length, value, filename, context));
  }

  delete(name: unknown): void {
    const entries = this.#entries;
    requireArguments(arguments.length, 1, executing("delete", "FormData"));
    entries.remove(toUSVString(name));
  }

  get(name: unknown): FormDataValue | null {
    const entries = this.#entries;
    requireArguments(arguments.length, 1, executing("get", "FormData"));
    const place = entries.find(toUSVString(name));
    return place < 0 ? null : entries.values[place]!;
  }

  getAll(name: unknown): FormDataValue[] {
    const entries = this.#entries;
    requireArguments(arguments.length, 1, executing("getAll", "FormData"));
    const key = toUSVString(name);
    const list = newList<FormDataValue>();
    for (let place = entries.find(key); place >= 0; place = entries.find(key, place + 1)) {
      list[list.length] = entries.values[place]!;
    }
    return newArray(list);
  }

  has(name: unknown): boolean {
    const entries = this.#entries;
    requireArguments(arguments.length, 1, executing("has", "FormData"));
    return entries.find(toUSVString(name)) >= 0;
  }

  set(name: unknown, value: unknown, filename: unknown = undefined): void {
    const entries = this.#entries;
    const context = executing("set", "FormData");
    requireArguments(arguments.length, 2, context);
    const key = toUSVString(name);
    const entry = toValue(arguments.length, value, filename, context);
    const place = entries.find(key);
    if (place < 0) {
      entries.append(key, entry);
    } else {
      entries.values[place] = entry;
      entries.remove(key, place + 1);
    }
  }
}

hideClass(EntryList);

publishInterface(FormData, "FormData");
defineIterable(FormData, "FormData", (instance) => {
  const entries = entriesOf(instance);
  if (entries === undefined) throw new NativeTypeError("Illegal invocation");
  return entries;
});

export function createFormData(entries: EntryList): FormData {
  return new FormData(entries);
}
