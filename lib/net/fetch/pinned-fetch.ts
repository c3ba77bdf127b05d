/** Bun's fetch, to the addresses that were checked and under the name that was asked for. */
import { pin, tlsOptions } from "../policy/pin.ts";
import type { Destination } from "../policy/policy.ts";
import type { RequestHeaders } from "./headers.ts";
import type { RequestBody } from "./request-body.ts";

/** No connection was made, so nothing was sent: the next address may be tried. */
const notConnected: ReadonlySet<string> = new Set([
  "ConnectionRefused",
  "ECONNREFUSED",
  "FailedToOpenSocket",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
const ADDRESSES_MAX = 4;

/** What is sent. */
export interface Outgoing {
  readonly method: string;
  /** Gets `host` set. */
  readonly headers: RequestHeaders;
  readonly body: RequestBody | undefined;
  readonly signal: AbortSignal;
  readonly ca: string | readonly string[] | undefined;
}

/** Redirects are not followed, and what the server encoded stays so. @throws NetworkError */
export function pinnedFetch(
  destination: Destination,
  { method, headers, body, signal, ca }: Outgoing,
): Promise<Response> {
  const { url, host } = destination;
  headers["host"] = url.host;
  const options: BunFetchRequestInit = { method, headers, redirect: "manual", decompress: false, signal };
  if (body !== undefined) options.body = body;
  if (url.protocol === "https:") options.tls = tlsOptions(host, ca);
  return together.then(() => attempt(destination, options, 0));
}

/**
 * A microtask later: the requests of one batch of the guest's leave one right after the other, and wake the thread that
 * sends them once.
 */
const together = Promise.resolve();

function attempt(destination: Destination, options: BunFetchRequestInit, index: number): Promise<Response> {
  const { addresses } = destination;
  return fetch(pin(destination, addresses[index]!), options).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const again = notConnected.has(code) && !(options.body instanceof ReadableStream);
    if (!again || index + 1 >= Math.min(addresses.length, ADDRESSES_MAX)) throw error;
    return attempt(destination, options, index + 1);
  });
}
