/** The Response for hosts that call a proxy themselves, to look at what it answers or to change it. */
import type { FetchResult } from "../../fetch/fetch-handler.ts";
import { withKnownBody } from "../../fetch/short-body.ts";
import { NetworkError } from "../common/errors.ts";

/** The highest that the constructor takes; servers may send up to 999. */
const STATUS_MAX = 599;

/** @throws NetworkError for what no Response can have */
export function toResponse({ status, statusText, headers, url, redirected, body }: FetchResult): Response {
  try {
    const list = new Headers();
    for (let index = 0; index + 1 < headers.length; index += 2) list.append(headers[index]!, headers[index + 1]!);
    const isConstructible = status <= STATUS_MAX;
    const response = new Response(body, { status: isConstructible ? status : STATUS_MAX, statusText, headers: list });
    if (body instanceof Uint8Array) withKnownBody(response, body);
    // The constructor has no way to say these.
    Object.defineProperty(response, "url", { value: url });
    Object.defineProperty(response, "redirected", { value: redirected });
    if (!isConstructible) Object.defineProperty(response, "status", { value: status });
    return response;
  } catch (error) {
    if (body instanceof ReadableStream) void body.cancel().catch(() => {});
    throw new NetworkError("ERR_NET_FAILED", "The response is not valid.", { cause: error });
  }
}
