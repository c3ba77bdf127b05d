/** Responses' bodies on their way in: counted, and ended when they are too long or too slow. */
import { SandboxError } from "../../contract/errors.ts";
import { peek, single, takeShortBody } from "../../fetch/short-body.ts";
import { NetworkError, toNetworkError } from "../common/errors.ts";
import { decoded, decodersOf } from "./content-codings.ts";

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
}

/** A body as the guest gets it. */
export interface LimitedBody {
  /** Bytes if it is short and there already, else a stream that reads nothing ahead. */
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
  /** Whether it is another than the server sent. */
  readonly isDecoded: boolean;
}

/** @throws NetworkError for content codings beyond all measure */
export function limitResponse(response: Response, limits: ResponseLimits): LimitedBody {
  const short = takeShortBody(response);
  if (short) return { body: limitShort(short, limits), isDecoded: false };
  const { body, headers } = response;
  const decoders = headers.get("content-length") === "0" ? [] : decodersOf(headers.get("content-encoding"));
  if (body) return { body: limitStream(decoded(body, decoders), limits), isDecoded: decoders.length > 0 };
  limits.onEnd(undefined);
  return { body: null, isDecoded: false };
}

function limitShort(
  short: Promise<Uint8Array<ArrayBuffer>>,
  limits: ResponseLimits,
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> {
  const bytes = peek(short);
  if (!bytes || (limits.maxBytes > 0 && bytes.length > limits.maxBytes)) return limitStream(single(short), limits);
  limits.onBytes(bytes.length);
  limits.onEnd(undefined);
  return bytes;
}

function limitStream(
  iterator: AsyncIterator<Uint8Array>,
  { maxBytes, timeoutMs, signal, onBytes, onEnd }: ResponseLimits,
): ReadableStream<Uint8Array> {
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
      cancel(reason): void {
        // The isolate's end says so, the guest may say anything.
        const cause = reason instanceof SandboxError ? reason : undefined;
        end(new NetworkError("ERR_NET_ABORTED", "The response's body was given up.", { cause }));
      },
    },
    { highWaterMark: 0 },
  );
}
