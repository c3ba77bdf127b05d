/** Bun's fetch, to the addresses that were checked and under the name that was asked for. */
import { isIP } from "node:net";
import type { RequestBody } from "./request-body.ts";
import { NetworkError } from "./errors.ts";
import type { RequestHeaders } from "./headers.ts";
import { bareHost } from "./policy.ts";
import type { Destination } from "./policy.ts";

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

/** The same URL at an address, without its fragment. @throws NetworkError */
export function pin({ url, host }: Destination, address: string): string {
  const { href } = url;
  if (host === address && !href.includes("#")) return href;
  const pinned = new URL(url);
  pinned.hash = "";
  pinned.hostname = address.includes(":") ? `[${address}]` : address;
  // A host that cannot be set leaves the name as it was, which would be resolved again.
  if (isIP(bareHost(pinned)) === 0) {
    throw new NetworkError("ERR_NET_ADDRESS", `The host ${host} has an address that cannot be connected to.`);
  }
  return pinned.href;
}

/** Certificates are checked against the name, which the server is told; an address is checked as it is. */
export function tlsOptions(
  host: string,
  ca: string | readonly string[] | undefined,
): { serverName?: string; ca?: string } {
  return {
    ...(isIP(host) === 0 ? { serverName: host } : {}),
    // Typed as less than it takes.
    ...(ca === undefined ? {} : { ca: ca as string }),
  };
}
