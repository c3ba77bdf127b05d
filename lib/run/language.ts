/** What programs are written in. */
import type { EvaluateOptions } from "../contract/options.ts";

/** A language of programs, as of `isolate.evaluate`. */
export type Language = NonNullable<EvaluateOptions["language"]>;

export const languages: readonly Language[] = ["js", "jsx", "ts", "tsx"];
