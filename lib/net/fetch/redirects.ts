/** What a redirect makes of a request. https://fetch.spec.whatwg.org/#concept-http-redirect-fetch */
import { isUtf8 } from "node:buffer";
import { parseUrl } from "../../codec/index.ts";
import type { RequestHeaders } from "./headers.ts";

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where a response sends the client on, as the server wrote it; null if it does not. */
export function redirectionOf(response: Response): string | null {
  const location = redirectStatuses.has(response.status) ? response.headers.get("location") : null;
  if (location === null) return null;
  // Headers are bytes, one a character. Servers that do not escape what is not ASCII mean UTF-8, as clients take it.
  const bytes = Buffer.from(location, "latin1");
  return isUtf8(bytes) ? bytes.toString() : location;
}

/** Whether the request is made again as a GET without a body. */
export function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return (status === 301 || status === 302) && method === "POST";
}

/** https://w3c.github.io/webappsec-referrer-policy/#referrer-policies, as what is told. */
type Told = "nothing" | "origin" | "all";

function toldBy(policy: string, sameOrigin: boolean, downgrade: boolean): Told | undefined {
  switch (policy) {
    case "no-referrer":
      return "nothing";
    case "no-referrer-when-downgrade":
      return downgrade ? "nothing" : "all";
    case "origin":
      return "origin";
    case "origin-when-cross-origin":
      return sameOrigin ? "all" : "origin";
    case "same-origin":
      return sameOrigin ? "all" : "nothing";
    case "strict-origin":
      return downgrade ? "nothing" : "origin";
    case "strict-origin-when-cross-origin":
      return sameOrigin ? "all" : downgrade ? "nothing" : "origin";
    case "unsafe-url":
      return "all";
    default:
      return undefined;
  }
}

/**
 * Takes from the guest's `Referer` what the next server is not to know, by the response's `Referrer-Policy`, the last
 * that is known of it, or by the default one.
 */
export function limitReferer(headers: RequestHeaders, policies: string | null, next: URL): void {
  const referer = parseUrl(headers["referer"] ?? "");
  if (referer === null) return;
  const sameOrigin = referer.origin === next.origin;
  const downgrade = referer.protocol === "https:" && next.protocol !== "https:";
  const listed = (policies ?? "")
    .split(",")
    .map((policy) => toldBy(policy.trim().toLowerCase(), sameOrigin, downgrade));
  const told =
    listed.findLast((one) => one !== undefined) ?? toldBy("strict-origin-when-cross-origin", sameOrigin, downgrade);
  if (told === "nothing") delete headers["referer"];
  if (told === "origin") headers["referer"] = `${referer.origin}/`;
}
