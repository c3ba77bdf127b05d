/** Command lines that mean nothing. */
import { nearestName } from "../../contract/option-names.ts";

/** The message says what is wrong with which argument. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** An option that there is not. */
export function unknownFlag(argument: string, flag: string, known: readonly string[]): UsageError {
  const meant = nearestName(flag, known);
  return new UsageError(`unknown option ${argument}${meant === undefined ? "" : `; did you mean ${meant}?`}`);
}
