/** Bodies that are short and of known length: taken whole, as that costs a fraction of streaming them. */

/** What is waited for whole, in bytes, when the rest of a body is slower than its beginning. */
const SHORT_BYTES = 64 * 1024;

const known = new WeakMap<Response, Uint8Array<ArrayBuffer>>();

/** A response of bytes, which need not be read out of it again while nobody has. */
export function withKnownBody(response: Response, bytes: Uint8Array<ArrayBuffer>): void {
  known.set(response, bytes);
}

/** The bytes of a response's body, if they are known and still to be read. */
export function knownBody(response: Response): Uint8Array<ArrayBuffer> | undefined {
  const bytes = known.get(response);
  return bytes === undefined || response.bodyUsed ? undefined : bytes;
}

/**
 * The body of a response if it is short, undefined otherwise; then it is not touched. Only what came over the network
 * and was not decoded is held to its length: it has a URL.
 */
export function takeShortBody(response: Response): Promise<Uint8Array<ArrayBuffer>> | undefined {
  const { headers } = response;
  const length = headers.get("content-length");
  if (length === null || !(Number(length) <= SHORT_BYTES) || response.url === "") return undefined;
  // To ask for its stream would make one.
  if (headers.has("content-encoding") || response.bodyUsed) return undefined;
  const bytes = response.bytes() as Promise<Uint8Array<ArrayBuffer>>;
  // It may have failed already, and whoever reads it may come later, or never.
  bytes.catch(() => {});
  return bytes;
}

/** What a promise has come to already: bodies mostly arrive with their headers. */
export function peek<T extends object>(promise: Promise<T>): T | undefined {
  return Bun.peek.status(promise) === "fulfilled" ? (Bun.peek(promise) as T) : undefined;
}

/** One piece, when it is there. */
export async function* single(bytes: Promise<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield await bytes;
}
