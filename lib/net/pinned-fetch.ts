/** Bun's fetch, to the addresses that were checked and under the name that was asked for. */
import { isIP } from "node:net";
import type { RequestBody } from "./request-body.ts";
import { NetworkError } from "./errors.ts";
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
  readonly headers: Headers;
  readonly body: RequestBody | undefined;
  readonly signal: AbortSignal;
  readonly ca: string | readonly string[] | undefined;
}

/** Redirects are not followed, and what the server encoded stays so. */
export async function pinnedFetch(
  { url, addresses }: Destination,
  { method, headers, body, signal, ca }: Outgoing,
): Promise<Response> {
  headers.set("host", url.host);
  const options: BunFetchRequestInit = {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    redirect: "manual",
    decompress: false,
    signal,
    ...(url.protocol === "https:" ? { tls: tlsOptions(url, ca) } : {}),
  };
  for (let index = 0; ; index++) {
    try {
      return await fetch(pin(url, addresses[index]!), options);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      const again = notConnected.has(code) && !(body instanceof ReadableStream);
      if (!again || index + 1 >= Math.min(addresses.length, ADDRESSES_MAX)) throw error;
    }
  }
}

/** The same URL at an address, without its fragment. @throws NetworkError */
export function pin(url: URL, address: string): string {
  if (url.hash === "" && bareHost(url) === address) return url.href;
  const pinned = new URL(url);
  pinned.hash = "";
  pinned.hostname = address.includes(":") ? `[${address}]` : address;
  // A host that cannot be set leaves the name as it was, which would be resolved again.
  if (isIP(bareHost(pinned)) === 0) {
    throw new NetworkError("ERR_NET_ADDRESS", `The host ${url.hostname} has an address that cannot be connected to.`);
  }
  return pinned.href;
}

/** Certificates are checked against the name, which the server is told; an address is checked as it is. */
export function tlsOptions(url: URL, ca: string | readonly string[] | undefined): { serverName?: string; ca?: string } {
  const host = bareHost(url);
  return {
    ...(isIP(host) === 0 ? { serverName: host } : {}),
    // Typed as less than it takes.
    ...(ca === undefined ? {} : { ca: ca as string }),
  };
}
