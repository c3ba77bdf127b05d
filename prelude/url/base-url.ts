/**
 * HTML: the API base URL. https://html.spec.whatwg.org/multipage/webappapis.html#api-base-url
 *
 * A guest has no `location`. Where a script has defined one, as set-ups for a browser's code do, relative URLs are
 * relative to its `href`.
 */
import { type UrlRecord, Op } from "../core/engine.ts";
import { global, isObject } from "../core/primordials.ts";
import { originOf } from "./url.ts";

/** The location, undefined if there is none. */
export function apiLocation(): UrlRecord | undefined {
  const { location } = global as { location?: unknown };
  if (!isObject(location)) return undefined;
  const { href } = location as { href?: unknown };
  return typeof href === "string" ? op(Op.UrlParse, href, undefined) : undefined;
}

/** https://html.spec.whatwg.org/multipage/urls-and-fetching.html#encoding-parsing-a-url; undefined: failure. */
export function parseApiUrl(text: string): UrlRecord | undefined {
  const absolute = op(Op.UrlParse, text, undefined);
  // Nearly all URLs are absolute, and a location may cost a guest's getter.
  if (absolute !== undefined) return absolute;
  const location = apiLocation();
  return location === undefined ? undefined : op(Op.UrlParse, text, location[0]);
}

/** The origin of scripts: that of the location, undefined if there is none. */
export function apiOrigin(): string | undefined {
  const location = apiLocation();
  return location === undefined ? undefined : originOf(location);
}
