/** Content codings of responses, undone in small pieces. https://www.rfc-editor.org/rfc/rfc9110#name-content-codings */
import { Readable } from "node:stream";
import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { NetworkError } from "../common/errors.ts";

/** The codings the proxy asks for. */
export const ACCEPT_ENCODING = "gzip, deflate, br, zstd";

/** A decoder's output in one piece: what a decompression bomb can expand to before it is counted. */
const DECODED_BYTES = 64 * 1024;
const CODINGS_MAX = 3;

type Source = AsyncIterable<Uint8Array>;

type Decoder = (source: Source) => Source;

/**
 * What undoes a body's codings, the last first; nothing if one of them is unknown: then the bytes are left as they are.
 * https://fetch.spec.whatwg.org/#handle-content-codings
 *
 * @throws NetworkError for more of them than servers have reason for
 */
export function decodersOf(contentEncoding: string | null): readonly Decoder[] {
  if (contentEncoding === null) return [];
  const codings = contentEncoding.split(",").map((coding) => coding.trim().toLowerCase());
  const wanted = codings.filter((coding) => coding !== "" && coding !== "identity");
  const decoders = wanted.map(decoderOf).filter((decoder) => decoder !== undefined);
  if (decoders.length < wanted.length) return [];
  if (decoders.length <= CODINGS_MAX) return decoders.toReversed();
  throw new NetworkError("ERR_NET_FAILED", "The response has too many content codings.");
}

/** The decoded body. */
export function decoded(body: Source, decoders: readonly Decoder[]): AsyncIterator<Uint8Array> {
  let stream = body;
  for (const decode of decoders) stream = decode(stream);
  return stream[Symbol.asyncIterator]();
}

function decoderOf(coding: string): Decoder | undefined {
  const options = { chunkSize: DECODED_BYTES };
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return (source) => through(source, () => zlib.createGunzip(options));
    case "deflate":
      return inflate;
    case "br":
      return (source) => through(source, () => zlib.createBrotliDecompress(options));
    case "zstd":
      return (source) => through(source, () => zlib.createZstdDecompress(options));
    default:
      return undefined;
  }
}

/** Begins with the first read: a failure before would be nobody's. Ends with either side. Nothing stays nothing. */
async function* through(source: Source, makeDecoder: () => Transform): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const first = await firstPiece(iterator);
  if (!first) return;
  const from = Readable.from(prepend(first, iterator), { objectMode: false });
  const decoder = makeDecoder();
  from.on("error", (error) => decoder.destroy(error));
  decoder.on("close", () => from.destroy());
  // The reader below hears of errors; one that comes when it has left concerns nobody.
  decoder.on("error", () => {});
  yield* from.pipe(decoder) as Source;
}

/** The first that is not empty, undefined if there is none. */
async function firstPiece(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  for (;;) {
    const { done, value } = await iterator.next();
    if (done) return undefined;
    if (value.byteLength > 0) return value;
  }
}

/** What is called deflate is zlib's format, but some servers send bare deflate: told by the first two bytes. */
async function* inflate(source: Source): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    let head = new Uint8Array(0);
    while (head.length < 2) {
      const { done, value } = await iterator.next();
      if (done) break;
      head = Buffer.concat([head, value]);
    }
    const [first = 0, second = 0] = head;
    const isZlib = (first & 15) === 8 && ((first << 8) | second) % 31 === 0;
    const options = { chunkSize: DECODED_BYTES };
    const rest = prepend(head, iterator);
    yield* through(rest, () => (isZlib ? zlib.createInflate(options) : zlib.createInflateRaw(options)));
  } finally {
    await iterator.return?.();
  }
}

async function* prepend(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (;;) {
      const { done, value } = await rest.next();
      if (done) return;
      yield value;
    }
  } finally {
    await rest.return?.();
  }
}
