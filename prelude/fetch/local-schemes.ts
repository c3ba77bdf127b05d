/**
 * Fetch: URLs that the guest answers by itself. https://fetch.spec.whatwg.org/#scheme-fetch
 */
import type { AbortState } from "../events/abort-state.ts";
import { ByteSequence } from "../file-api/bytes.ts";
import { NativeTypeError, StringPrototypeSlice } from "../core/primordials.ts";
import { bytesBody, sequenceOf } from "./body.ts";
import { parseDataUrl } from "./data-url.ts";
import { findRange } from "./range.ts";
import type { RequestState } from "./request.ts";
import { ResponseState } from "./response.ts";

/**
 * The response to a request for a data: or blob: URL, undefined for every other.
 *
 * @throws TypeError: https://fetch.spec.whatwg.org/#concept-network-error
 */
export function fetchLocally(request: RequestState, signal: AbortState | undefined): ResponseState | undefined {
  if (StringPrototypeSlice(request.url, 0, 5) === "data:") return fetchData(request, signal);
  return StringPrototypeSlice(request.url, 0, 5) === "blob:" ? fetchBlob(request, signal) : undefined;
}

function fetchData(request: RequestState, signal: AbortState | undefined): ResponseState {
  const data = parseDataUrl(request.url);
  if (data === undefined) throw new NativeTypeError("Failed to fetch: the data: URL is malformed.");
  return respond(request, sequenceOf(data.body), data.type, signal);
}

/** https://fetch.spec.whatwg.org/#scheme-fetch, "blob" */
function fetchBlob(request: RequestState, signal: AbortState | undefined): ResponseState {
  const { blob, method } = request;
  if (blob === undefined) throw new NativeTypeError("Failed to fetch: the blob: URL stands for no Blob.");
  if (method !== "GET") throw new NativeTypeError(`Failed to fetch: ${method} is not for blob: URLs.`);
  const header = request.headers.get("range");
  const { length } = blob.bytes;
  if (header === null) {
    const response = respond(request, blob.bytes, blob.type, signal);
    response.headers.append("content-length", `${length}`);
    return response;
  }
  const range = findRange(header, length);
  if (range === undefined) throw new NativeTypeError("Failed to fetch: the Blob has no such range.");
  const { start, end } = range;
  const response = respond(request, blob.bytes.slice(start, end + 1), blob.type, signal);
  response.status = 206;
  response.statusText = "Partial Content";
  response.headers.append("content-length", `${end + 1 - start}`);
  response.headers.append("content-range", `bytes ${start}-${end}/${length}`);
  return response;
}

function respond(
  request: RequestState,
  bytes: ByteSequence,
  type: string,
  signal: AbortState | undefined,
): ResponseState {
  const response = new ResponseState();
  response.type = "basic";
  response.immutable = true;
  response.url = request.url;
  response.statusText = "OK";
  response.headers.append("content-type", type);
  if (request.method !== "HEAD") response.body = bytesBody(bytes, signal);
  return response;
}
