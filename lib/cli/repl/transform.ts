/** A line of the REPL's, as a script of the guest's that shows its value. */

/** What a line is: a script, or text that is not whole yet. */
export type Line = { readonly script: string } | { readonly incomplete: true };

/** Bun's own REPL's: what is declared is a variable of the global object, so that it may be declared again. */
interface ReplTranspilerOptions extends Omit<Bun.TranspilerOptions, "macro"> {
  /** Not in the types. */
  readonly replMode: true;
  /** Not in the types. Macros would run on the host. */
  readonly macro: false;
}

const options: ReplTranspilerOptions = {
  loader: "tsx",
  target: "bun",
  replMode: true,
  macro: false,
  define: { "process.env.NODE_ENV": '"production"' },
};
const transpiler = new Bun.Transpiler(options as unknown as Bun.TranspilerOptions);

/** Declarations, and the call of a function that returns `{ value }` of the last expression. */
const SHAPE = /^(?<declarations>(?:var [^;]*;\n)?)(?<call>\((?:async )?\(\) => \{[^]*\}\)\(\));\n$/;

/** Shows the value as the console does, and keeps it as `_`. */
const SHOW =
  "(async (given) => { const result = await given; if (result === undefined) return; " +
  "globalThis._ = result.value; if (result.value !== undefined) console.dir(result.value); })";

/** @throws what Bun's parser throws, where the text is wrong */
export function transformLine(text: string): Line {
  let transpiled: string;
  try {
    transpiled = transpiler.transformSync(text);
  } catch (error) {
    if (isIncomplete(error, text)) return { incomplete: true };
    throw error;
  }
  const { declarations, call } = SHAPE.exec(transpiled)?.groups ?? {};
  return { script: call === undefined ? transpiled : `${declarations}${SHOW}(${call})` };
}

function isIncomplete(error: unknown, text: string): boolean {
  const message = error instanceof Error ? error.message : String(error);
  if (/end of file/.test(message)) return true;
  // A template goes on in the next line, a text does not.
  return /^Unterminated/.test(message) && (text.match(/`/g)?.length ?? 0) % 2 === 1;
}
