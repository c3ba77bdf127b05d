/**
 * HTML: the API base URL. https://html.spec.whatwg.org/multipage/webappapis.html#api-base-url
 *
 * A guest has no `location`. Where a script has defined one, as set-ups for a browser's code do, relative URLs are
 * relative to its `href`.
 */
import { type UrlRecord, Op } from "./engine.ts";
import { global, isObject } from "./primordials.ts";
import { originOf } from "./url/url.ts";

/** undefined: there is none. */
function apiBaseUrl(): string | undefined {
  const { location } = global as { location?: unknown };
  if (!isObject(location)) return undefined;
  const { href } = location as { href?: unknown };
  return typeof href === "string" ? href : undefined;
}

/** https://html.spec.whatwg.org/multipage/urls-and-fetching.html#encoding-parsing-a-url; undefined: failure. */
export function parseApiUrl(text: string): UrlRecord | undefined {
  // Nearly all URLs are absolute, and a location costs a guest's getter.
  return op(Op.UrlParse, text, undefined) ?? parseRelative(text);
}

function parseRelative(text: string): UrlRecord | undefined {
  const base = apiBaseUrl();
  return base === undefined || !op(Op.UrlCanParse, base, undefined) ? undefined : op(Op.UrlParse, text, base);
}

/** The origin of scripts: that of the location, undefined if there is none. */
export function apiOrigin(): string | undefined {
  const base = apiBaseUrl();
  const record = base === undefined ? undefined : op(Op.UrlParse, base, undefined);
  return record === undefined ? undefined : originOf(record);
}
