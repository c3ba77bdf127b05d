/** Checks of the helpers' options. */
import { OptionError } from "../../contract/errors.ts";

/** A whole number of at least 0. @throws OptionError */
export function toCount(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new OptionError(name, `${name} must be a whole number of at least 0 (0: unlimited), but is ${String(value)}.`);
}

/** A misspelt limit would be no limit. @throws OptionError */
export function checkNames(options: object, known: readonly string[], doing: string): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new OptionError(
        name,
        `${doing}: there is no option ${JSON.stringify(name)}. There are: ${known.join(", ")}.`,
      );
    }
  }
}
