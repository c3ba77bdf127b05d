/**
 * Fetch: the headers that a request is sent with besides its own. https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
 *
 * Those about the client are sent where a script has defined a location; what a guest has set itself stays.
 */
import { apiLocation } from "../url/base-url.ts";
import { type UrlRecord, Op, UrlPart } from "../core/engine.ts";
import { originOf, protocolOf } from "../url/url.ts";
import type { HeaderList } from "./header-list.ts";
import type { RequestState } from "./request.ts";

/** https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer, step 5 */
const referrerLengthMax = 4096;

export function sentHeaders(request: RequestState): HeaderList {
  const location = apiLocation();
  if (location === undefined && request.cache === "default") return request.headers;
  const sent = request.headers.copy();
  if (location !== undefined) addClientHeaders(sent, request, location);
  addCacheHeaders(sent, request.cache);
  return sent;
}

function addUnlessSaid(list: HeaderList, name: string, value: string): void {
  if (list.get(name) === null) list.append(name, value);
}

/** What a cache mode asks the caches on the way. */
function addCacheHeaders(list: HeaderList, cache: string): void {
  if (cache === "no-cache") addUnlessSaid(list, "cache-control", "max-age=0");
  if (cache !== "no-store" && cache !== "reload") return;
  addUnlessSaid(list, "pragma", "no-cache");
  addUnlessSaid(list, "cache-control", "no-cache");
}

function addClientHeaders(list: HeaderList, request: RequestState, location: UrlRecord): void {
  const target = op(Op.UrlParse, request.url, undefined)!;
  const policy = request.referrerPolicy === "" ? "strict-origin-when-cross-origin" : request.referrerPolicy;
  const { referrer } = request;
  const source = referrer === "about:client" ? location : op(Op.UrlParse, referrer, undefined);
  const referer = source === undefined ? "" : toReferer(source, target, policy);
  if (referer !== "") addUnlessSaid(list, "referer", referer);
  const origin = toOrigin(request, location, target, policy);
  if (origin !== "") addUnlessSaid(list, "origin", origin);
}

/** https://fetch.spec.whatwg.org/#append-a-request-origin-header; "": none. */
function toOrigin({ method, mode }: RequestState, location: UrlRecord, target: UrlRecord, policy: string): string {
  const own = originOf(location);
  const same = own === originOf(target);
  if (mode === "cors" && !same) return own;
  if (method === "GET" || method === "HEAD") return "";
  if (mode === "cors") return own;
  const hidden =
    policy === "no-referrer" ||
    (policy === "same-origin" && !same) ||
    (isDowngrade(location, target) && policy !== "unsafe-url" && policy !== "origin");
  return hidden ? "null" : own;
}

/** https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer; "": none. */
function toReferer(source: UrlRecord, target: UrlRecord, policy: string): string {
  const origin = originOf(source);
  if (protocolOf(source) !== "https:" && protocolOf(source) !== "http:") return "";
  const bare = withoutSecrets(source[0]);
  const short = `${origin}/`;
  const full = bare.length > referrerLengthMax ? short : bare;
  const same = origin === originOf(target);
  switch (policy) {
    case "no-referrer":
      return "";
    case "origin":
      return short;
    case "unsafe-url":
      return full;
    case "same-origin":
      return same ? full : "";
    case "origin-when-cross-origin":
      return same ? full : short;
  }
  if (isDowngrade(source, target)) return "";
  if (policy === "strict-origin") return short;
  return policy === "no-referrer-when-downgrade" || same ? full : short;
}

function isDowngrade(source: UrlRecord, target: UrlRecord): boolean {
  return protocolOf(source) === "https:" && protocolOf(target) !== "https:";
}

/** https://w3c.github.io/webappsec-referrer-policy/#strip-url */
function withoutSecrets(url: string): string {
  const [plain] = op(Op.UrlSet, url, UrlPart.Hash, "");
  const [nameless] = op(Op.UrlSet, plain, UrlPart.Username, "");
  return op(Op.UrlSet, nameless, UrlPart.Password, "")[0];
}
