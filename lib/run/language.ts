/** What programs are written in, and the script that is run. */
import { EvaluationError, LimitError, TimeoutError } from "../contract/errors.ts";

/** A language of programs. Of TypeScript the types are taken away, as Bun does it; errors' lines are then those of what is left. */
export type Language = "js" | "ts";

export const languages: readonly Language[] = ["js", "ts"];

/**
 * TypeScript that is longer is refused, and so is what would take the parser too long: it looks behind each `<` for types, as
 * far as the text goes.
 */
const LENGTH_MAX = 256 * 1024;
const TRIES_MAX = 2 ** 26;
/** No program of that size takes the parser so long, in milliseconds. */
const PARSING_MS = 2000;
/** Programs that are parsed at a time, each on a thread of Bun's: others have work, too. */
const PARSING_MAX = 2;

/** Without macros: they are functions of any module, which Bun runs in the host while it parses. */
const options = { loader: "ts", macro: false, deadCodeElimination: false } as unknown as Bun.TranspilerOptions;

let transpiler: Bun.Transpiler | undefined;
let parsing = 0;
const waiting: (() => void)[] = [];

/**
 * @returns the program as JavaScript
 * @throws EvaluationError for what is no program; LimitError, TimeoutError for what takes too long to tell
 */
export async function toScript(code: string, language: Language, filename: string): Promise<string> {
  if (language === "js") return code;
  const tries = count(code, "<") * code.length;
  if (code.length > LENGTH_MAX || tries > TRIES_MAX) {
    throw new LimitError(
      `run(): ${code.length} code units of TypeScript are too many to parse (${LENGTH_MAX} at most, fewer with many "<"). ` +
        "Give JavaScript, or split the program.",
    );
  }
  if (parsing >= PARSING_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
  parsing++;
  transpiler ??= new Bun.Transpiler(options);
  const parsed = transpiler.transform(code).finally(() => {
    parsing--;
    waiting.shift()?.();
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TimeoutError("run(): parsing TypeScript", PARSING_MS)), PARSING_MS);
    });
    return await Promise.race([parsed, late]);
  } catch (error) {
    throw error instanceof TimeoutError ? error : toSyntaxError(error, filename);
  } finally {
    clearTimeout(timer);
  }
}

/** As V8 would have told of it. */
function toSyntaxError(error: unknown, filename: string): EvaluationError {
  const { message, position } = error as { message?: unknown; position?: { line?: number; column?: number } | null };
  const known = typeof position?.line === "number" && typeof position.column === "number";
  const place = known ? { filename, lineno: position.line!, colno: position.column! } : { filename };
  return new EvaluationError({ name: "SyntaxError", message: String(message), ...place }, "run()");
}

function count(text: string, part: string): number {
  let found = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found++;
  return found;
}
