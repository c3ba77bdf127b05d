/**
 * Fetch: reading bodies, and the Body mixin. https://fetch.spec.whatwg.org/#body-mixin
 *
 * No promise of the platform's own is on the way: what a guest puts on Object.prototype as `then` never sees a chunk.
 */
import { Op } from "../core/engine.ts";
import { BlobData, createBlob, utf8Decode, withoutMark } from "../file-api/blob.ts";
import { ByteSequence, copyBytes } from "../file-api/bytes.ts";
import { decodeStream } from "../file-api/lazy-stream.ts";
import { EntryList, createFormData } from "../form-data/form-data.ts";
import { parseMultipart } from "../form-data/multipart-parse.ts";
import { callPlace, placed } from "../core/call-place.ts";
import { type MimeType, extractMimeType, serializeMimeType } from "../core/mime-type.ts";
import {
  JSONParse,
  NativePromise,
  NativeTypeError,
  PromiseWithResolvers,
  ObjectDefineProperty,
  ReflectGetOwnPropertyDescriptor,
  TypedArrayBrand,
  TypedArrayBuffer,
} from "../core/primordials.ts";
import { type ReadRequest, type ReadableState, acquireDefaultReader, readDefault } from "../streams/readable-state.ts";
import { type ReadableStream, readableStateOf } from "../streams/readable-stream.ts";
import { defineValue } from "../webidl/interfaces.ts";
import { type Body, bytesBody } from "./body.ts";
import type { HeaderList } from "./header-list.ts";

/** https://fetch.spec.whatwg.org/#body-fully-read, of a stream. */
export function readAll(
  stream: ReadableState,
  finished: (bytes: ByteSequence) => void,
  failed: (reason: unknown) => void,
): void {
  const bytes = new ByteSequence();
  readEach(stream, { chunk: (chunk) => bytes.append(copyBytes(chunk)), close: () => finished(bytes), error: failed });
}

/** What is done with a stream's chunks and at its end. */
export interface ByteSteps {
  chunk(bytes: Uint8Array): void;
  close(): void;
  error(reason: unknown): void;
}

/** https://fetch.spec.whatwg.org/#incrementally-read-loop. Steps may not throw. */
export function readEach(stream: ReadableState, steps: ByteSteps): void {
  const reader = acquireDefaultReader(stream);
  let reading = false;
  let again = false;
  const request: ReadRequest = {
    chunk(value) {
      if (TypedArrayBrand(value) !== "Uint8Array") return steps.error(notBytes());
      steps.chunk(value as Uint8Array);
      read();
    },
    close: () => steps.close(),
    error: (reason) => steps.error(reason),
  };
  // A chunk that is there already comes during the call: a loop, or many would need a deep stack.
  const read = (): void => {
    again = true;
    if (reading) return;
    reading = true;
    while (again) {
      again = false;
      readDefault(reader, request);
    }
    reading = false;
  };
  read();
}

/** The next chunk, undefined at the end. @throws TypeError if it is none of bytes */
export function readChunk(reader: ReturnType<typeof acquireDefaultReader>): Promise<Uint8Array | undefined> {
  return new NativePromise<Uint8Array | undefined>((resolve, reject) =>
    readDefault(reader, {
      chunk: (value) => {
        if (TypedArrayBrand(value) === "Uint8Array") resolve(value as Uint8Array);
        else reject(notBytes());
      },
      close: () => resolve(undefined),
      error: reject,
    }),
  );
}

function notBytes(): TypeError {
  return new NativeTypeError("The body's stream holds a chunk that is not a Uint8Array.");
}

/** What a body is wanted as. */
const kinds = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;

type Kind = (typeof kinds)[number];

/** What has a body: a request or a response. */
export interface BodyHolder {
  readonly body: Body | null;
  readonly headers: HeaderList;
}

/** https://fetch.spec.whatwg.org/#concept-body-consume-body */
export function consume(holder: BodyHolder, kind: Kind): Promise<unknown> {
  const { promise, resolve, reject } = PromiseWithResolvers<unknown>();
  try {
    startConsuming(holder, kind, resolve, reject);
  } catch (error) {
    reject(error);
  }
  return promise;
}

/** What it throws is the promise's to reject with. */
function startConsuming(
  holder: BodyHolder,
  kind: Kind,
  resolve: (value: unknown) => void,
  reject: (reason: unknown) => void,
): void {
  const { body } = holder;
  const finish = (bytes: ByteSequence): void => resolve(convert(bytes, holder, kind));
  if (body === null) return finish(new ByteSequence());
  // It tells more than that the body is used by whoever read it before.
  if (body.signal?.aborted) throw body.signal.reason;
  if (body.unusable) throw new NativeTypeError("The body has been used already, or is locked.");
  if (kind === "text" || kind === "json") {
    // As if it were decoded from the bytes it stands for.
    const text = body.takeText();
    if (text !== undefined) return resolve(kind === "text" ? withoutMark(text) : JSONParse(withoutMark(text)));
  }
  const source = body.takeSource();
  if (source !== undefined) return finish(source);
  const place = callPlace();
  const failed = (reason: unknown): void => reject(placed(reason, place));
  const finished = (bytes: ByteSequence): void => {
    try {
      finish(bytes);
    } catch (error) {
      failed(error);
    }
  };
  readAll(readableStateOf(body.stream)!, finished, failed);
}

function convert(bytes: ByteSequence, holder: BodyHolder, kind: Kind): unknown {
  switch (kind) {
    case "arrayBuffer":
      return TypedArrayBuffer(bytes.toBytes());
    case "blob":
      return createBlob(new BlobData(bytes, blobType(holder.headers)));
    case "bytes":
      return bytes.toBytes();
    case "formData":
      return toFormData(bytes, typeOf(holder.headers));
    case "json":
      return JSONParse(utf8Decode(bytes.toReadOnlyBytes()));
    case "text":
      return utf8Decode(bytes.toReadOnlyBytes());
  }
}

/** undefined: there is none, or what is there is none. */
export function typeOf(headers: HeaderList): MimeType | undefined {
  const text = headers.get("content-type");
  return text === null ? undefined : extractMimeType(text);
}

/** A Blob's type: that of the body if it has one. */
function blobType(headers: HeaderList): string {
  const type = typeOf(headers);
  return type === undefined ? "" : serializeMimeType(type);
}

function toFormData(bytes: ByteSequence, type: MimeType | undefined): object {
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

/** The members of the mixin; includeBody adds them. */
export interface BodyMixin {
  readonly body: ReadableStream | null;
  readonly bodyUsed: boolean;
  arrayBuffer(): Promise<unknown>;
  blob(): Promise<unknown>;
  bytes(): Promise<unknown>;
  formData(): Promise<unknown>;
  json(): Promise<unknown>;
  text(): Promise<unknown>;
  textStream(): object;
}

/**
 * Adds the mixin's members to an interface, before that is published.
 *
 * @param holderOf - throws a TypeError for what is no instance
 */
export function includeBody(target: { readonly prototype: object }, holderOf: (value: unknown) => BodyHolder): void {
  const members = {
    get body(): ReadableStream | null {
      return holderOf(this).body?.stream ?? null;
    },
    get bodyUsed(): boolean {
      return holderOf(this).body?.used ?? false;
    },
  };
  defineGetter(target.prototype, members, "body");
  defineGetter(target.prototype, members, "bodyUsed");
  for (let index = 0; index < kinds.length; index++) {
    const kind = kinds[index]!;
    const { [kind]: operation } = {
      [kind](): Promise<unknown> {
        let holder: BodyHolder;
        try {
          holder = holderOf(this);
        } catch (error) {
          return new NativePromise((_resolve, reject) => reject(error));
        }
        return consume(holder, kind);
      },
    };
    defineValue(target.prototype, kind, operation, true, true);
  }
  const { textStream } = {
    textStream(): object {
      return toTextStream(holderOf(this).body);
    },
  };
  defineValue(target.prototype, "textStream", textStream, true, true);
}

/** https://fetch.spec.whatwg.org/#dom-body-textstream */
function toTextStream(body: Body | null): object {
  if (body?.unusable) throw new NativeTypeError("The body has been used already, or is locked.");
  if (decodeStream === undefined) require("../file-api/text-stream.ts");
  return decodeStream!((body ?? bytesBody(new ByteSequence())).stream);
}

function defineGetter(target: object, members: object, name: string): void {
  const { get } = ReflectGetOwnPropertyDescriptor(members, name)!;
  ObjectDefineProperty(target, name, { __proto__: null, get: get!, enumerable: true, configurable: true });
}
