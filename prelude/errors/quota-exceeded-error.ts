/**
 * QuotaExceededError. https://webidl.spec.whatwg.org/#quotaexceedederror
 */
import { DOMException, publishDerived } from "./dom-exception.ts";
import { NativeRangeError } from "../core/primordials.ts";
import { constructing, toDictionary, toDOMString, toDouble } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";

interface QuotaExceededErrorOptions {
  readonly quota?: unknown;
  readonly requested?: unknown;
}

/** https://webidl.spec.whatwg.org/#quotaexceedederror */
export class QuotaExceededError extends DOMException {
  readonly #quota: number | null;
  readonly #requested: number | null;

  constructor(message: unknown = "", options: unknown = undefined) {
    const context = constructing("QuotaExceededError");
    super(toDOMString(message), "QuotaExceededError");
    const dictionary = toDictionary(options, context) as QuotaExceededErrorOptions | undefined;
    const number = (value: unknown): number | null => (value === undefined ? null : toDouble(value, context));
    const quota = number(dictionary?.quota);
    const requested = number(dictionary?.requested);
    if ((quota ?? 0) < 0 || (requested ?? 0) < 0) throw new NativeRangeError(`${context}: The value is negative.`);
    if (quota !== null && requested !== null && requested < quota) {
      throw new NativeRangeError(`${context}: What is requested is less than the quota.`);
    }
    this.#quota = quota;
    this.#requested = requested;
  }

  static {
    // https://webidl.spec.whatwg.org/#quotaexceedederror: serializable, too.
    publishDerived({
      serialize: (exception) =>
        #quota in exception ? { quota: exception.#quota, requested: exception.#requested } : undefined,
      deserialize: (message, { quota, requested }) =>
        new QuotaExceededError(message, { quota: quota ?? undefined, requested: requested ?? undefined }),
    });
  }

  get quota(): number | null {
    return this.#quota;
  }

  get requested(): number | null {
    return this.#requested;
  }
}

publishInterface(QuotaExceededError, "QuotaExceededError");
