/** Connections to the address that was checked, under the name that was asked for. */
import { isIP } from "node:net";
import { NetworkError } from "../common/errors.ts";
import { bareHost } from "./policy.ts";
import type { Destination } from "./policy.ts";

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
