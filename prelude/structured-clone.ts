/**
 * HTML: structured cloning. https://html.spec.whatwg.org/multipage/structured-data.html#structured-cloning
 */
import { Op } from "./engine.ts";
import { executing, requireArguments, toDictionary, toObjectSequence } from "./webidl/converters.ts";
import { publishOperations } from "./webidl/interfaces.ts";

publishOperations({
  /** https://html.spec.whatwg.org/multipage/structured-data.html#dom-structuredclone */
  structuredClone(value: unknown, options: unknown = undefined): unknown {
    const context = executing("structuredClone", "WorkerGlobalScope");
    requireArguments(arguments.length, 1, context);
    const dictionary = toDictionary(options, context);
    const transfer = dictionary?.transfer;
    return op(Op.StructuredClone, value, transfer === undefined ? undefined : toObjectSequence(transfer, context));
  },
});
