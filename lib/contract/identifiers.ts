/** Names that a script can write: variables of the guest are called so. */

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** Words that no variable can be called, in strict code and where await is an operator. */
const reserved: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public " +
    "return static super switch this throw true try typeof var void while with yield"
  ).split(" "),
);

/** Whether a variable can have this name in every script. */
export function isIdentifier(name: string): boolean {
  return identifier.test(name) && !reserved.has(name);
}

/** How messages go on after a name that is none. */
export const NO_IDENTIFIER = "is no identifier that a variable may have";
