/**
 * File API: FileReader and FileReaderSync. https://w3c.github.io/FileAPI/#APIASynch
 */
import { DOMException } from "../errors/dom-exception.ts";
import { defineEventHandlers } from "../events/event-handlers.ts";
import { EventTarget, dispatchInTask, dispatchTrusted } from "../events/event-target.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { NativeTypeError } from "../core/primordials.ts";
import { ProgressEvent } from "../events/progress-event.ts";
import { queueTask } from "../timing/timers.ts";
import { executing, requireArguments, toDOMString } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { type BlobData, blobDataOf } from "./blob.ts";
import { type ReadType, packageData } from "./package-data.ts";

const enum State {
  Empty = 0,
  Loading = 1,
  Done = 2,
}

function toBlob(present: number, value: unknown, context: string): BlobData {
  requireArguments(present, 1, context);
  const data = blobDataOf(value);
  if (data === undefined) throw new NativeTypeError(`${context}: parameter 1 is not of type 'Blob'.`);
  return data;
}

function toLabel(value: unknown): string | undefined {
  return value === undefined ? undefined : toDOMString(value);
}

function progressEvent(type: string, data: BlobData | undefined): ProgressEvent {
  const size = data === undefined ? 0 : data.bytes.length;
  return new ProgressEvent(type, { __proto__: null, lengthComputable: data !== undefined, loaded: size, total: size });
}

/** https://w3c.github.io/FileAPI/#dfn-filereader */
export class FileReader extends EventTarget {
  #state: State = State.Empty;
  #result: ArrayBufferLike | string | null = null;
  #error: DOMException | null = null;
  /** Counts the reads: a task of one that was aborted does nothing. */
  #read = 0;

  readAsArrayBuffer(blob: unknown): void {
    const state = this.#state;
    this.#start(state, toBlob(arguments.length, blob, executing("readAsArrayBuffer", "FileReader")), "ArrayBuffer");
  }

  readAsBinaryString(blob: unknown): void {
    const state = this.#state;
    this.#start(state, toBlob(arguments.length, blob, executing("readAsBinaryString", "FileReader")), "BinaryString");
  }

  readAsText(blob: unknown, encoding: unknown = undefined): void {
    const state = this.#state;
    const data = toBlob(arguments.length, blob, executing("readAsText", "FileReader"));
    this.#start(state, data, "Text", toLabel(encoding));
  }

  readAsDataURL(blob: unknown): void {
    const state = this.#state;
    this.#start(state, toBlob(arguments.length, blob, executing("readAsDataURL", "FileReader")), "DataURL");
  }

  /** https://w3c.github.io/FileAPI/#dfn-abort */
  abort(): void {
    if (this.#state !== State.Loading) {
      this.#result = null;
      return;
    }
    this.#state = State.Done;
    this.#result = null;
    this.#read++;
    dispatchTrusted(progressEvent("abort", undefined), this);
    if ((this.#state as State) !== State.Loading) dispatchTrusted(progressEvent("loadend", undefined), this);
  }

  get readyState(): number {
    return this.#state;
  }

  get result(): ArrayBufferLike | string | null {
    return this.#result;
  }

  get error(): DOMException | null {
    return this.#error;
  }

  /** https://w3c.github.io/FileAPI/#readOperation. The bytes are there already; only the events take their time. */
  #start(state: State, data: BlobData, type: ReadType, label?: string): void {
    if (state === State.Loading) {
      throw new DOMException("The FileReader is busy reading another Blob.", "InvalidStateError");
    }
    this.#state = State.Loading;
    this.#result = null;
    this.#error = null;
    const read = ++this.#read;
    queueTask(() => this.#fire(read, "loadstart", data));
    if (data.bytes.length > 0) queueTask(() => this.#fire(read, "progress", data));
    queueTask(() => {
      if (read !== this.#read) return;
      this.#state = State.Done;
      try {
        this.#result = packageData(data, type, label);
      } catch {
        this.#error = new DOMException("The Blob is too large to be read as asked.", "NotReadableError");
      }
      dispatchInTask(progressEvent(this.#error === null ? "load" : "error", data), this);
      if ((this.#state as State) !== State.Loading) this.#fire(read, "loadend", data);
    });
  }

  #fire(read: number, type: string, data: BlobData): void {
    if (read === this.#read) dispatchInTask(progressEvent(type, data), this);
  }
}

publishInterface(FileReader, "FileReader", { EMPTY: State.Empty, LOADING: State.Loading, DONE: State.Done });
defineEventHandlers(FileReader.prototype, ["loadstart", "progress", "load", "abort", "error", "loadend"]);

/** https://w3c.github.io/FileAPI/#dfn-FileReaderSync */
export class FileReaderSync {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #brand = undefined;

  readAsArrayBuffer(blob: unknown): ArrayBufferLike {
    FileReaderSync.#check(this);
    const data = toBlob(arguments.length, blob, executing("readAsArrayBuffer", "FileReaderSync"));
    return packageData(data, "ArrayBuffer", undefined) as ArrayBufferLike;
  }

  readAsBinaryString(blob: unknown): string {
    FileReaderSync.#check(this);
    const data = toBlob(arguments.length, blob, executing("readAsBinaryString", "FileReaderSync"));
    return packageData(data, "BinaryString", undefined) as string;
  }

  readAsText(blob: unknown, encoding: unknown = undefined): string {
    FileReaderSync.#check(this);
    const data = toBlob(arguments.length, blob, executing("readAsText", "FileReaderSync"));
    return packageData(data, "Text", toLabel(encoding)) as string;
  }

  readAsDataURL(blob: unknown): string {
    FileReaderSync.#check(this);
    const data = toBlob(arguments.length, blob, executing("readAsDataURL", "FileReaderSync"));
    return packageData(data, "DataURL", undefined) as string;
  }

  static #check(value: object): void {
    if (!(#brand in value)) throw new NativeTypeError("Illegal invocation");
  }
}

publishInterface(FileReaderSync, "FileReaderSync");
