/**
 * HTML: base64 utility methods. https://html.spec.whatwg.org/multipage/webappapis.html#atob
 */
import { DOMException } from "../errors/dom-exception.ts";
import { Op } from "../core/engine.ts";
import { executing, requireArguments, toDOMString } from "../webidl/converters.ts";
import { publishOperations, requireScope } from "../webidl/interfaces.ts";

publishOperations({
  /** https://html.spec.whatwg.org/multipage/webappapis.html#dom-btoa */
  btoa(this: unknown, data: unknown): string {
    requireScope(this);
    const context = executing("btoa", "WorkerGlobalScope");
    requireArguments(arguments.length, 1, context);
    const result = op(Op.Btoa, toDOMString(data));
    if (result !== undefined) return result;
    throw new DOMException(
      `${context}: The string to be encoded contains characters outside of the Latin1 range.`,
      "InvalidCharacterError",
    );
  },

  /** https://html.spec.whatwg.org/multipage/webappapis.html#dom-atob */
  atob(this: unknown, data: unknown): string {
    requireScope(this);
    const context = executing("atob", "WorkerGlobalScope");
    requireArguments(arguments.length, 1, context);
    const result = op(Op.Atob, toDOMString(data));
    if (result !== undefined) return result;
    throw new DOMException(`${context}: The string to be decoded is not correctly encoded.`, "InvalidCharacterError");
  },
});
