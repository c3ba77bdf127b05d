/** A guest's body on its way out. */
import { NetworkError } from "../common/errors.ts";

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
    // To count its bytes is to walk it; it has at least as many as characters.
    count(value.length);
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
