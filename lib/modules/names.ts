/**
 * Names of modules for hosts, and their URLs for guests: `./a.ts` is `file:///a.ts`, the bare name `lodash` is
 * `package:///lodash`, everything else is a URL itself. As prelude/modules/names.ts has it.
 */

const ROOT = "file:///";
const PACKAGES = "package:///";

/** @returns the URL that a name is; undefined: it is none */
export function urlOf(name: string): string | undefined {
  if (/^(?:\/|\.\.?\/)/.test(name)) return URL.parse(name, ROOT)?.href;
  return URL.parse(name)?.href ?? (name === "" ? undefined : URL.parse(PACKAGES + name)?.href);
}

/** @returns the name of what has a URL */
export function nameOf(url: string): string {
  if (url.startsWith(ROOT)) return `./${url.slice(ROOT.length)}`;
  return url.startsWith(PACKAGES) ? url.slice(PACKAGES.length) : url;
}
