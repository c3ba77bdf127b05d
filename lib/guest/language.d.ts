// What guests have of the language and TypeScript's libraries have not. Names of Annex B that TypeScript leaves out on purpose
// (`__defineGetter__`, `Date.prototype.getYear`, …) are left out here, too.

/** A primitive that JSON.stringify writes as its text says. */
interface RawJSON {
  readonly rawJSON: string;
}

interface JSON {
  /** A value that JSON.stringify writes as this text, which is JSON of a primitive. */
  rawJSON(text: string): RawJSON;
  /** Whether a value was made by JSON.rawJSON. */
  isRawJSON(value: unknown): value is RawJSON;
}

interface Math {
  /** The sum of numbers, rounded once. */
  sumPrecise(numbers: Iterable<number>): number;
}

interface IteratorConstructor {
  /** The values of several iterables, one after another. */
  concat<T>(...iterables: Iterable<T>[]): IteratorObject<T, undefined, unknown>;
}

interface ErrorConstructor {
  /** Gives an object a `stack` from here on, as V8 does. */
  captureStackTrace(target: object, constructor?: Function): void;
  /** How many frames a stack has at most. */
  stackTraceLimit: number;
}

declare namespace Intl {
  interface Locale {
    /** `"mon"` to `"sun"`, where the locale says so. */
    readonly firstDayOfWeek: string | undefined;
    /** The subtags for variants, joined by `-`, where the locale has some. */
    readonly variants: string | undefined;
  }

  interface PluralRules {
    /** The category of a range of numbers. */
    selectRange(start: number | bigint, end: number | bigint): LDMLPluralRule;
  }

  /** V8's own, from before Intl.Segmenter. */
  interface v8BreakIterator {
    adoptText(text: string): void;
    breakType(): string;
    current(): number;
    first(): number;
    next(): number;
    resolvedOptions(): { locale: string; type: string };
  }

  /** @deprecated V8's own: Intl.Segmenter is the standard's. */
  const v8BreakIterator: {
    new (locales?: string | readonly string[], options?: { type?: string }): v8BreakIterator;
    (locales?: string | readonly string[], options?: { type?: string }): v8BreakIterator;
    supportedLocalesOf(locales: string | readonly string[]): string[];
  };
}
