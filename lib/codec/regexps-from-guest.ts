/** Regular expressions of decoded messages. */

/** Characters of a regular expression at most: it is parsed in one step. */
export const REGEXP_LENGTH_MAX = 16_384;

/** Named groups of one at most: JavaScriptCore takes the square of their number. */
const NAMED_GROUPS_MAX = 128;

/** @throws SyntaxError; RangeError if it takes too long to parse */
export function regexpFromGuest(source: string, flags: string): RegExp {
  if (source.length > REGEXP_LENGTH_MAX) throw new RangeError(`more than ${REGEXP_LENGTH_MAX} characters`);
  // Those that are no groups, in classes or escaped, are counted as well.
  const named = source.match(/\(\?<(?![=!])/g)?.length ?? 0;
  if (named > NAMED_GROUPS_MAX) throw new RangeError(`more than ${NAMED_GROUPS_MAX} named groups`);
  return new RegExp(source, flags);
}
