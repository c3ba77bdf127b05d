/**
 * Fetch: bodies. https://fetch.spec.whatwg.org/#bodies
 *
 * A body that was made from bytes has no stream until somebody asks for it.
 */
import { Op } from "../engine.ts";
import { BlobData, blobDataOf, createBlob, utf8Decode } from "../file-api/blob.ts";
import { ByteSequence, copyBytes } from "../file-api/bytes.ts";
import { EntryList, createFormData, entriesOf } from "../form-data.ts";
import { createBoundary, encodeMultipart } from "../form-data/multipart-encode.ts";
import { parseMultipart } from "../form-data/multipart-parse.ts";
import { parseMimeType } from "../mime-type.ts";
import {
  JSONParse,
  NativePromise,
  NativeTypeError,
  StringPrototypeToLowerCase,
  TypedArrayBrand,
  TypedArrayBuffer,
} from "../primordials.ts";
import { teeBytes, createByteStream } from "../streams/byte-tee.ts";
import { ByteController } from "../streams/readable-byte-controller.ts";
import { type ReadableState, acquireDefaultReader, closeStream, readDefault } from "../streams/readable-state.ts";
import { type ReadableStream, newReadableStream, readableStateOf } from "../streams/readable-stream.ts";
import { teeDefault } from "../streams/tee.ts";
import { toView } from "../streams/views.ts";
import { searchParamsText } from "../url/search-params.ts";
import { bytesOf } from "../webidl/buffers.ts";
import { toUSVString } from "../webidl/converters.ts";

/** Bytes a chunk of a stream has at most. */
const chunkBytesMax = 64 * 1024;

/** https://fetch.spec.whatwg.org/#concept-body */
export class Body {
  /** What it was made from; undefined: a stream. */
  readonly source: ByteSequence | undefined;
  /** Text that `source` encodes, when it was made from that. */
  readonly text: string | undefined;
  #stream: ReadableStream | undefined;
  #used = false;

  constructor(source: ByteSequence | undefined, stream: ReadableStream | undefined, text: string | undefined) {
    this.source = source;
    this.#stream = stream;
    this.text = text;
  }

  get stream(): ReadableStream {
    if (this.#stream !== undefined) return this.#stream;
    const state = streamOf(this.source!);
    if (this.#used) {
      state.disturbed = true;
      closeStream(state);
    }
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

  /** https://fetch.spec.whatwg.org/#concept-body-clone */
  clone(): Body {
    if (this.#stream === undefined) return new Body(this.source, undefined, this.text);
    const state = readableStateOf(this.#stream)!;
    const branches = state.controller instanceof ByteController ? teeBytes(state) : teeDefault(state);
    this.#stream = newReadableStream(branches[0]);
    return new Body(this.source, newReadableStream(branches[1]), this.text);
  }
}

function streamOf(bytes: ByteSequence): ReadableState {
  let position = 0;
  const controller: ByteController = createByteStream({
    pull: () => {
      if (position === bytes.length) return endStream(controller);
      const end = bytes.length - position < chunkBytesMax ? bytes.length : position + chunkBytesMax;
      const chunk = bytes.slice(position, end).toBytes();
      position = end;
      controller.enqueue(toView(chunk, ""));
    },
    cancel: () => undefined,
  });
  return controller.stream;
}

/** Closes a byte stream; a reader with a buffer of its own gets it back. */
export function endStream(controller: ByteController): void {
  controller.close();
  if (controller.hasPendingPullIntos) controller.respond(0);
}

/** Reads a stream of bytes to its end. */
export async function readAll(stream: ReadableState): Promise<ByteSequence> {
  const reader = acquireDefaultReader(stream);
  const bytes = new ByteSequence();
  for (;;) {
    const chunk = await readChunk(reader);
    if (chunk === undefined) return bytes;
    bytes.append(copyBytes(chunk));
  }
}

/** The next chunk, undefined at the end. @throws TypeError if it is none of bytes */
export function readChunk(reader: ReturnType<typeof acquireDefaultReader>): Promise<Uint8Array | undefined> {
  return new NativePromise<Uint8Array | undefined>((resolve, reject) =>
    readDefault(reader, {
      chunk: (value) => {
        if (TypedArrayBrand(value) === "Uint8Array") resolve(value as Uint8Array);
        else reject(new NativeTypeError("The body's stream holds a chunk that is not a Uint8Array."));
      },
      close: () => resolve(undefined),
      error: reject,
    }),
  );
}

/** https://fetch.spec.whatwg.org/#concept-bodyinit-extract */
export function extractBody(value: unknown, context: string): { readonly body: Body; readonly type: string | null } {
  const state = readableStateOf(value);
  if (state !== undefined) {
    if (state.disturbed || state.locked) throw new NativeTypeError(`${context}: The body's stream is used or locked.`);
    return { body: new Body(undefined, value as ReadableStream, undefined), type: null };
  }
  const blob = blobDataOf(value);
  if (blob !== undefined) return { body: new Body(blob.bytes, undefined, undefined), type: blob.type || null };
  const entries = entriesOf(value);
  if (entries !== undefined) {
    const boundary = createBoundary();
    const body = new Body(encodeMultipart(entries, boundary), undefined, undefined);
    return { body, type: `multipart/form-data; boundary=${boundary}` };
  }
  const bytes = bytesOf(value);
  if (bytes !== undefined) return { body: new Body(sequenceOf(copyBytes(bytes)), undefined, undefined), type: null };
  const query = searchParamsText(value);
  const text = query ?? toUSVString(value);
  return {
    body: textBody(text),
    type: query === undefined ? "text/plain;charset=UTF-8" : "application/x-www-form-urlencoded;charset=UTF-8",
  };
}

export function textBody(text: string): Body {
  return new Body(sequenceOf(op(Op.Utf8Encode, text)), undefined, text);
}

export function sequenceOf(bytes: Uint8Array): ByteSequence {
  const sequence = new ByteSequence();
  sequence.append(bytes);
  return sequence;
}

/** What a body is wanted as. */
export type Kind = "arrayBuffer" | "blob" | "bytes" | "formData" | "json" | "text";

/** https://fetch.spec.whatwg.org/#concept-body-consume-body, after the check of `this`. */
export async function consumeBody(body: Body | null, contentType: string | null, kind: Kind): Promise<unknown> {
  if (body !== null && body.unusable) throw new NativeTypeError("The body has been used already, or is locked.");
  let bytes = body === null ? new ByteSequence() : body.takeSource();
  bytes ??= await readAll(readableStateOf(body!.stream)!);
  switch (kind) {
    case "arrayBuffer":
      return TypedArrayBuffer(bytes.toBytes());
    case "blob":
      return createBlob(new BlobData(bytes, mimeTypeText(contentType)));
    case "bytes":
      return bytes.toBytes();
    case "formData":
      return toFormData(bytes, contentType);
    case "json":
      return JSONParse(utf8Decode(bytes.toReadOnlyBytes()));
    case "text":
      return utf8Decode(bytes.toReadOnlyBytes());
  }
}

/** A Blob's type: that of the body if it is one. */
function mimeTypeText(contentType: string | null): string {
  return contentType === null || parseMimeType(contentType) === undefined
    ? ""
    : StringPrototypeToLowerCase(contentType);
}

function toFormData(bytes: ByteSequence, contentType: string | null): object {
  const type = contentType === null ? undefined : parseMimeType(contentType);
  const essence = type === undefined ? "" : `${type.type}/${type.subtype}`;
  let entries: EntryList | undefined;
  if (essence === "multipart/form-data") {
    const boundary = type!.parameters.get("boundary");
    if (boundary !== undefined) entries = parseMultipart(bytes.toReadOnlyBytes(), boundary);
  } else if (essence === "application/x-www-form-urlencoded") {
    // A byte order mark is part of the form's text.
    const pairs = op(Op.UrlencodedParse, op(Op.Utf8Decode, bytes.toReadOnlyBytes(), false) ?? "");
    entries = new EntryList();
    for (let index = 0; index + 1 < pairs.length; index += 2) entries.append(pairs[index]!, pairs[index + 1]!);
  }
  if (entries === undefined) throw new NativeTypeError("The body is not a form's data.");
  return createFormData(entries);
}
