/** Who may connect: programs of this machine that know the token, and DevTools; no web page. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** A refusal. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 503;
  readonly reason: string;
}

/** Names under which a loopback address is asked for. Any other in `Host` is a web page's, that resolves to it. */
const HOST = /^(?:127\.0\.0\.1|\[::1\]|localhost)(?::\d{1,5})?$/i;
/** Of Chrome's own DevTools. Programs send none. */
const ORIGINS: ReadonlySet<string> = new Set(["devtools://devtools", "chrome-devtools://devtools"]);

/** @returns 128 bits, in hexadecimal */
export function newToken(): string {
  return randomBytes(16).toString("hex");
}

/** @returns why a request is not even looked at; undefined: it is */
export function refusalOf(headers: IncomingHttpHeaders): Refusal | undefined {
  const { host, origin } = headers;
  if (typeof host !== "string" || !HOST.test(host)) return { status: 400, reason: "Host is not a loopback address" };
  if (origin === undefined || ORIGINS.has(origin)) return undefined;
  return { status: 403, reason: "Origin is not that of DevTools" };
}

/**
 * @param url - of a request: `/TOKEN/rest`
 * @returns what is behind the token, from a slash on; undefined: it is not the token
 */
export function behindToken(url: string, token: string): string | undefined {
  const end = url.indexOf("/", 1);
  const given = Buffer.from(url.slice(1, end < 0 ? undefined : end));
  const wanted = Buffer.from(token);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
  return end < 0 ? "/" : url.slice(end);
}
