/** Bodies that are short and of known length: taken whole, as that costs a fraction of streaming them. */

/** What is waited for whole, in bytes, when the rest of a body is slower than its beginning. */
const SHORT_BYTES = 64 * 1024;

/** The body of a response if it says that it is short, undefined otherwise; then it is not touched. */
export function takeShortBody(response: Response): Promise<Uint8Array<ArrayBuffer>> | undefined {
  const { headers, body } = response;
  const length = headers.get("content-length");
  if (length === null || body === null || headers.has("content-encoding")) return undefined;
  if (!/^\d{1,9}$/.test(length) || Number(length) > SHORT_BYTES) return undefined;
  return response.bytes() as Promise<Uint8Array<ArrayBuffer>>;
}

/** What a promise has come to already: bodies mostly arrive with their headers. */
export function peek<T extends object>(promise: Promise<T>): T | undefined {
  return Bun.peek.status(promise) === "fulfilled" ? (Bun.peek(promise) as T) : undefined;
}

/** One piece, when it is there. */
export async function* single(bytes: Promise<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield await bytes;
}
