/** Bodies on their way: counted, decoded in small pieces, ended when they are too long or too slow. */
import { Readable } from "node:stream";
import type { Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { NetworkError } from "./errors.ts";

/** The codings the proxy asks for. */
export const ACCEPT_ENCODING = "gzip, deflate, br";

/** A decoder's output in one piece: what a decompression bomb can expand to before it is counted. */
const DECODED_BYTES = 64 * 1024;
const CODINGS_MAX = 3;

function decoderOf(coding: string): Transform | undefined {
  const options = { chunkSize: DECODED_BYTES };
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return createGunzip(options);
    case "deflate":
      return createInflate(options);
    case "br":
      return createBrotliDecompress(options);
    default:
      return undefined;
  }
}

/** The decoded body. @throws NetworkError for a coding that was not asked for */
function decoded(body: ReadableStream<Uint8Array>, contentEncoding: string | null): AsyncIterator<Uint8Array> {
  const codings = (contentEncoding ?? "").split(",").map((coding) => coding.trim().toLowerCase());
  const wanted = codings.filter((coding) => coding !== "" && coding !== "identity").toReversed();
  if (wanted.length === 0) return body[Symbol.asyncIterator]();
  if (wanted.length > CODINGS_MAX)
    throw new NetworkError("ERR_NET_FAILED", "The response has too many content codings.");
  let stream: Readable = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
  for (const coding of wanted) {
    const decoder = decoderOf(coding);
    if (!decoder) throw new NetworkError("ERR_NET_FAILED", "The response has a content coding that was not asked for.");
    const source = stream;
    source.on("error", (error) => decoder.destroy(error));
    decoder.on("close", () => source.destroy());
    stream = source.pipe(decoder);
  }
  return stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
}

/** What a response's body is held to. */
export interface ResponseLimits {
  /** Decoded bytes, 0 = unlimited. */
  readonly maxBytes: number;
  /** For each piece, in milliseconds, 0 = unlimited. */
  readonly timeoutMs: number;
  /** The reason is the body's error. */
  readonly signal: AbortSignal;
  readonly onBytes: (count: number) => void;
  /** Once: undefined if the body came to its end. */
  readonly onEnd: (error: NetworkError | undefined) => void;
  /** Nobody reads on: after `onEnd`, the exchange is to be given up. */
  readonly onCancel: () => void;
}

/** The response's body as the guest gets it: nothing is read ahead of the reader. */
export function limitResponse(
  body: ReadableStream<Uint8Array>,
  contentEncoding: string | null,
  { maxBytes, timeoutMs, signal, onBytes, onEnd, onCancel }: ResponseLimits,
): ReadableStream<Uint8Array> {
  const iterator = decoded(body, contentEncoding);
  let total = 0;
  let ended = false;
  let fail: (error: NetworkError) => void = () => {};
  const end = (error: NetworkError | undefined): void => {
    if (ended) return;
    ended = true;
    signal.removeEventListener("abort", onAbort);
    if (error) fail(error);
    onEnd(error);
  };
  const onAbort = (): void => end(toNetworkError(signal.reason));
  return new ReadableStream<Uint8Array>(
    {
      start(controller): void {
        fail = (error) => {
          controller.error(error);
          // Not awaited: a source that hangs must not hold up its end.
          void Promise.resolve(iterator.return?.()).catch(() => {});
        };
        signal.addEventListener("abort", onAbort);
        if (signal.aborted) onAbort();
      },
      async pull(controller): Promise<void> {
        const timer =
          timeoutMs > 0
            ? setTimeout(
                () => end(new NetworkError("ERR_NET_TIMEOUT", `The response stalled for ${timeoutMs} ms.`)),
                timeoutMs,
              )
            : undefined;
        try {
          const { done, value } = await iterator.next();
          if (ended) return;
          if (done) {
            end(undefined);
            controller.close();
            return;
          }
          total += value.byteLength;
          onBytes(value.byteLength);
          if (maxBytes > 0 && total > maxBytes) {
            end(new NetworkError("ERR_NET_RESPONSE_TOO_LARGE", `The response is larger than ${maxBytes} bytes.`));
            return;
          }
          controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
        } catch (error) {
          end(toNetworkError(error));
        } finally {
          clearTimeout(timer);
        }
      },
      cancel(): void {
        end(undefined);
        // The iterator's return waits for what it is reading, which may never come.
        onCancel();
        void Promise.resolve(iterator.return?.()).catch(() => {});
      },
    },
    { highWaterMark: 0 },
  );
}

/** A request's body, which can be sent again when it is no stream. */
export type RequestBody = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/**
 * @param value - a string, bytes or a stream of bytes; undefined and null are no body
 * @param maxBytes - 0 = unlimited
 * @throws NetworkError
 */
export function toRequestBody(
  value: unknown,
  maxBytes: number,
  onBytes: (count: number) => void,
): RequestBody | undefined {
  if (value === undefined || value === null) return undefined;
  const tooLarge = (): NetworkError =>
    new NetworkError("ERR_NET_REQUEST_TOO_LARGE", `The request's body is larger than ${maxBytes} bytes.`);
  const count = (bytes: number): void => {
    if (maxBytes > 0 && bytes > maxBytes) throw tooLarge();
  };
  if (typeof value === "string") {
    const bytes = Buffer.byteLength(value);
    count(bytes);
    onBytes(bytes);
    return value;
  }
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    const view = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
    count(view.byteLength);
    onBytes(view.byteLength);
    return new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
  }
  if (value instanceof ReadableStream) {
    let total = 0;
    return (value as ReadableStream<Uint8Array>).pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller): void {
          total += chunk.byteLength;
          count(total);
          onBytes(chunk.byteLength);
          controller.enqueue(chunk);
        },
      }),
    );
  }
  throw new NetworkError("ERR_NET_ARGUMENT", "The body is neither a string nor bytes nor a stream.");
}

/** Whatever went wrong below the proxy, without what it would tell of the host. */
export function toNetworkError(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  const detail = code !== undefined && /^[A-Za-z0-9_]{1,60}$/.test(code) ? ` (${code})` : "";
  return new NetworkError("ERR_NET_FAILED", `The exchange with the server failed${detail}.`, { cause: error });
}
