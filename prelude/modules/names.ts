/**
 * Names of modules: their URLs. https://html.spec.whatwg.org/multipage/webappapis.html#resolve-a-module-specifier
 *
 * What is no URL and does not begin with "/", "./" or "../" is a bare name. There are no import maps: such a name is a URL
 * of the scheme "package:", whose path it is, so that modules of a package find each other.
 */
import { Op } from "../core/engine.ts";
import { NativeTypeError, StringPrototypeIndexOf } from "../core/primordials.ts";

/** The URL that code without a module's is at. */
export const root = "file:///";
const packages = "package:///";

function startsWith(text: string, start: string): boolean {
  return StringPrototypeIndexOf(text, start) === 0;
}

/** @throws TypeError */
export function resolveName(specifier: string, base: string): string {
  const isPath = startsWith(specifier, "/") || startsWith(specifier, "./") || startsWith(specifier, "../");
  let url = isPath ? op(Op.UrlParse, specifier, base) : op(Op.UrlParse, specifier, undefined);
  if (url === undefined && !isPath && specifier !== "") url = op(Op.UrlParse, packages + specifier, undefined);
  if (url !== undefined) return url[0];
  throw new NativeTypeError(`Failed to resolve the module specifier '${specifier}' from ${base}`);
}
