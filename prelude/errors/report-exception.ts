/**
 * Report an exception. https://html.spec.whatwg.org/multipage/webappapis.html#report-an-exception
 *
 * The engine knows where an exception was thrown, so it fires the global's `error` event through hook 6 and writes the
 * record for the host unless the guest prevented it.
 */
import { Op } from "../core/engine.ts";

/** Reports an exception that reached the top of a callback. */
export function reportException(error: unknown): void {
  op(Op.ReportError, error);
}
