/** The headers of a guest's request and of the answer to it. */
import { shortPairs } from "../../codec/index.ts";
import { show } from "../../contract/show.ts";
import { NetworkError } from "../common/errors.ts";

/** Header lines of a request at most: to send them takes the square of their number. */
const LINES_MAX = 512;
/** Characters of a request's header names and values at most. */
const CHARACTERS_MAX = 131_072;

/** https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What decides where a message goes or ends is the proxy's to set, or connections could be made to carry two. */
const forbidden: ReadonlySet<string> = new Set([
  ...["connection", "expect", "host", "http2-settings", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"],
  ...["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"],
]);

/** Known from the body, or what the proxy can decode: the guest's are dropped. */
const dropped: ReadonlySet<string> = new Set(["accept-encoding", "content-length"]);

/** Hop by hop. */
const notForGuests: ReadonlySet<string> = new Set([
  ...["connection", "keep-alive", "proxy-authenticate", "trailer"],
  ...["transfer-encoding", "upgrade", "alt-svc", "strict-transport-security"],
]);

/** No longer true of a body that was decoded. */
const aboutEncoded: ReadonlySet<string> = new Set(["content-encoding", "content-length"]);

/** Headers that say who asks. https://fetch.spec.whatwg.org/#http-redirect-fetch takes the first; the others are as telling. */
const credentials: readonly string[] = [
  "authorization",
  "cookie",
  "x-api-key",
  "api-key",
  "x-auth-token",
  "x-csrf-token",
];

const contentHeaders: readonly string[] = ["content-encoding", "content-language", "content-location", "content-type"];

function pairsOf(value: unknown): readonly (readonly [unknown, unknown])[] {
  if (value === undefined || value === null) return [];
  const pairs = shortPairs(value, LINES_MAX);
  if (pairs !== undefined) return pairs;
  throw new NetworkError(
    "ERR_NET_ARGUMENT",
    `The headers are neither a record nor a list of pairs, or more than ${LINES_MAX}.`,
  );
}

/** What a request is sent with: names in lower case. A record, as a Headers object is made for every request then. */
export type RequestHeaders = Record<string, string>;

/** @throws NetworkError */
export function toRequestHeaders(value: unknown): RequestHeaders {
  const headers = Object.create(null) as RequestHeaders;
  let left = CHARACTERS_MAX;
  for (const [name, text] of pairsOf(value)) {
    left -= (typeof name === "string" ? name.length : 0) + (typeof text === "string" ? text.length : 0);
    if (left < 0) {
      throw new NetworkError("ERR_NET_HEADER", `The headers have more than ${CHARACTERS_MAX} characters.`);
    }
    if (typeof name !== "string" || !token.test(name)) {
      throw new NetworkError("ERR_NET_HEADER", `${show(name)} is not a header's name.`);
    }
    // No control characters but the tab: a line break would start another header, or another request.
    if (typeof text !== "string" || !/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) {
      throw new NetworkError(
        "ERR_NET_HEADER",
        `The value of header ${show(name)} holds characters that headers cannot hold.`,
      );
    }
    const key = name.toLowerCase();
    if (forbidden.has(key) || key.startsWith("proxy-")) {
      throw new NetworkError("ERR_NET_HEADER", `Header ${show(name)} is not the guest's to set.`);
    }
    if (dropped.has(key)) continue;
    const before = headers[key];
    // https://www.rfc-editor.org/rfc/rfc9110#name-field-lines-and-combined-fi, and cookies' own way.
    headers[key] = before === undefined ? text : `${before}${key === "cookie" ? "; " : ", "}${text}`;
  }
  return headers;
}

/** For a redirect to another origin. */
export function dropCredentials(headers: RequestHeaders): void {
  for (const name of credentials) delete headers[name];
}

/** For a redirect that turns the request into a GET. */
export function dropContentHeaders(headers: RequestHeaders): void {
  for (const name of contentHeaders) delete headers[name];
}

/**
 * What the guest is told: names and values, in turn.
 *
 * @param isDecoded - whether the body is another than they tell of
 */
export function toResponseHeaders(headers: Headers, isDecoded: boolean): string[] {
  const told: string[] = [];
  headers.forEach((value, name) => {
    if (!notForGuests.has(name) && !(isDecoded && aboutEncoded.has(name))) told.push(name, value);
  });
  return told;
}
