/**
 * Fetch: bodies. https://fetch.spec.whatwg.org/#bodies
 *
 * A body that was made from bytes has no stream until somebody asks for it.
 */
import type { AbortState } from "../events/abort-state.ts";
import { Op } from "../core/engine.ts";
import { blobDataOf } from "../file-api/blob.ts";
import { ByteSequence, copyBytes } from "../file-api/bytes.ts";
import { entriesOf } from "../form-data/form-data.ts";
import { createBoundary, encodeMultipart } from "../form-data/multipart-encode.ts";
import { NativeTypeError, SymbolAsyncIterator, isObject } from "../core/primordials.ts";
import { createByteStream, teeBytes } from "../streams/byte-tee.ts";
import { streamFrom } from "../streams/from.ts";
import { markHandled } from "../streams/promises.ts";
import { ByteController } from "../streams/readable-byte-controller.ts";
import { type DefaultController, createReadable } from "../streams/readable-default-controller.ts";
import {
  type ReadRequest,
  acquireDefaultReader,
  cancelStream,
  closeStream,
  readDefault,
} from "../streams/readable-state.ts";
import { type ReadableStream, newReadableStream, readableStateOf } from "../streams/readable-stream.ts";
import { teeDefault } from "../streams/tee.ts";
import { toView } from "../streams/views.ts";
import { clone } from "../messaging/structured-clone.ts";
import { searchParamsText } from "../url/search-params.ts";
import { bytesOf } from "../webidl/buffers.ts";
import { toUSVString } from "../webidl/converters.ts";

/** Bytes a chunk of a stream has at most. */
const chunkBytesMax = 64 * 1024;

/** https://fetch.spec.whatwg.org/#concept-body */
export class Body {
  #source: ByteSequence | undefined;
  /** The text it was made from, if it was: bytes it becomes when somebody wants those. */
  readonly text: string | undefined;
  /** Of the fetch it is the response's: what is not read when it aborts is not there any more. */
  readonly signal: AbortState | undefined;
  #stream: ReadableStream | undefined;
  /** Told when the stream is first given away, or read. */
  #seen: (() => void) | undefined;
  #used = false;

  constructor(
    source: ByteSequence | undefined,
    stream: ReadableStream | undefined,
    text: string | undefined,
    signal: AbortState | undefined = undefined,
    seen: (() => void) | undefined = undefined,
  ) {
    this.#source = source;
    this.#stream = stream;
    this.text = text;
    this.signal = signal;
    this.#seen = seen;
  }

  /** What it was made from; undefined: a stream. */
  get source(): ByteSequence | undefined {
    if (this.#source === undefined && this.text !== undefined) {
      this.#source = sequenceOf(op(Op.Utf8Encode, this.text));
    }
    return this.#source;
  }

  /** Whether it was made from a stream. */
  get isStream(): boolean {
    return this.#source === undefined && this.text === undefined;
  }

  #see(): void {
    this.#seen?.();
    this.#seen = undefined;
  }

  get stream(): ReadableStream {
    this.#see();
    if (this.#stream !== undefined) return this.#stream;
    const { signal } = this;
    const controller = streamOf(this.source!, () => signal?.remove(algorithm));
    const algorithm = this.#used ? undefined : signal?.add(() => controller.error(signal.reason));
    const state = controller.stream;
    if (this.#used) {
      closeStream(state);
      state.disturbed = true;
      // Whoever took the bytes reads for ever.
      acquireDefaultReader(state);
    } else if (signal?.aborted) controller.error(signal.reason);
    this.#stream = newReadableStream(state);
    return this.#stream;
  }

  get used(): boolean {
    return this.#used || (this.#stream !== undefined && readableStateOf(this.#stream)!.disturbed);
  }

  /** https://fetch.spec.whatwg.org/#body-unusable */
  get unusable(): boolean {
    return this.used || (this.#stream !== undefined && readableStateOf(this.#stream)!.locked);
  }

  /** The bytes without a stream, if nobody has seen one. From then on it is used. */
  takeSource(): ByteSequence | undefined {
    if (this.#stream !== undefined || this.source === undefined) return undefined;
    this.#used = true;
    return this.source;
  }

  /** The text without a stream, if it was made from one and nobody has seen a stream. From then on it is used. */
  takeText(): string | undefined {
    return this.text !== undefined && this.#take() ? this.text : undefined;
  }

  /** Makes it used, if it was made from no stream and nobody has seen one. */
  #take(): boolean {
    if (this.#stream !== undefined || this.isStream) return false;
    this.#used = true;
    return true;
  }

  /** https://fetch.spec.whatwg.org/#concept-body-clone */
  clone(): Body {
    const { text, signal } = this;
    if (this.#stream === undefined) return new Body(this.#source, undefined, text, signal);
    this.#see();
    const state = readableStateOf(this.#stream)!;
    const branches = state.controller instanceof ByteController ? teeBytes(state) : teeDefault(state, clone);
    this.#stream = newReadableStream(branches[0]);
    return new Body(this.#source, newReadableStream(branches[1]), text, signal);
  }

  /** https://fetch.spec.whatwg.org/#dom-request: what passes this body on, which is used from now on. */
  proxy(): Body {
    if (this.#take()) return new Body(this.#source, undefined, this.text);
    this.#see();
    const state = readableStateOf(this.#stream!)!;
    const reader = acquireDefaultReader(state);
    state.disturbed = true;
    const request: ReadRequest = {
      chunk: (chunk) => controller.enqueue(chunk),
      close: () => controller.close(),
      error: (reason) => controller.error(reason),
    };
    const proxy = createReadable(
      { pull: () => readDefault(reader, request), cancel: (reason) => cancelStream(state, reason) },
      0,
    );
    const controller = proxy.controller as DefaultController;
    return new Body(undefined, newReadableStream(proxy), undefined);
  }

  /** Nobody wants it: a stream that is not finished is told so. */
  cancel(reason: unknown): void {
    if (this.#take()) return;
    const state = readableStateOf(this.#stream!)!;
    if (state.state === "readable") markHandled(cancelStream(state, reason));
  }
}

/** @param ended - is called when the last of them is taken, or not wanted */
function streamOf(bytes: ByteSequence, ended: () => void): ByteController {
  let position = 0;
  const controller: ByteController = createByteStream({
    pull: () => {
      const end = bytes.length - position < chunkBytesMax ? bytes.length : position + chunkBytesMax;
      const chunk = bytes.slice(position, end).toBytes();
      position = end;
      controller.enqueue(toView(chunk, ""));
      if (position < bytes.length) return;
      ended();
      endStream(controller);
    },
    cancel: ended,
  });
  if (bytes.length === 0) controller.close();
  return controller;
}

/** Closes a byte stream; a reader with a buffer of its own gets it back. */
export function endStream(controller: ByteController): void {
  controller.close();
  if (controller.hasPendingPullIntos) controller.respond(0);
}

/** https://fetch.spec.whatwg.org/#concept-bodyinit-extract */
export function extractBody(value: unknown, context: string): { readonly body: Body; readonly type: string | null } {
  const state = readableStateOf(value);
  if (state !== undefined) {
    if (state.disturbed || state.locked) throw new NativeTypeError(`${context}: The body's stream is used or locked.`);
    return { body: new Body(undefined, value as ReadableStream, undefined), type: null };
  }
  const blob = blobDataOf(value);
  if (blob !== undefined) return { body: bytesBody(blob.bytes), type: blob.type || null };
  const entries = entriesOf(value);
  if (entries !== undefined) {
    const boundary = createBoundary();
    const body = bytesBody(encodeMultipart(entries, boundary));
    return { body, type: `multipart/form-data; boundary=${boundary}` };
  }
  const bytes = bytesOf(value);
  if (bytes !== undefined) return { body: bytesBody(sequenceOf(copyBytes(bytes))), type: null };
  if (isAsyncIterable(value)) {
    const stream = streamFrom(value, context, toBytes);
    return { body: new Body(undefined, newReadableStream(stream), undefined), type: null };
  }
  const query = searchParamsText(value);
  const text = query ?? toUSVString(value);
  return {
    body: textBody(text),
    type: query === undefined ? "text/plain;charset=UTF-8" : "application/x-www-form-urlencoded;charset=UTF-8",
  };
}

/** As in node, Bun and Deno; to browsers an async iterable is text. */
function isAsyncIterable(value: unknown): boolean {
  return isObject(value) && typeof (value as Record<PropertyKey, unknown>)[SymbolAsyncIterator] === "function";
}

/** A chunk of an async iterable. @throws TypeError for what is neither text nor bytes */
function toBytes(value: unknown): Uint8Array {
  if (typeof value === "string") return op(Op.Utf8Encode, value);
  const bytes = bytesOf(value);
  if (bytes !== undefined) return copyBytes(bytes);
  throw new NativeTypeError(
    "The body's iterable holds a value that is neither text nor an ArrayBuffer nor a view of one.",
  );
}

export function textBody(text: string, signal: AbortState | undefined = undefined): Body {
  return new Body(undefined, undefined, text, signal);
}

export function bytesBody(bytes: ByteSequence, signal: AbortState | undefined = undefined): Body {
  return new Body(bytes, undefined, undefined, signal);
}

export function sequenceOf(bytes: Uint8Array): ByteSequence {
  const sequence = new ByteSequence();
  sequence.append(bytes);
  return sequence;
}
