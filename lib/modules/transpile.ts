/**
 * TypeScript and JSX to JavaScript, by Bun's transpiler. What is transpiled may be a stranger's: macros, which run on the host
 * while their importer is transpiled, are switched off, and nothing of the host's environment gets in.
 */
import type { GuestError } from "../contract/errors.ts";
import type { ModuleLanguage } from "../contract/modules.ts";
import { ANGLES_DEPTH_MAX, ANGLES_MAX, hasTooManyAngles } from "./angles.ts";

/** Languages that are transpiled. */
export type Transpiled = Exclude<ModuleLanguage, "js" | "json" | "text">;

/** UTF-16 code units of one text: it takes the host's thread some tens of milliseconds for each MiB, and nobody can stop it. */
const TRANSPILED_TEXT_LENGTH_MAX = 4 * 1024 * 1024;

/** Text that cannot be transpiled: where, from 1. */
export class SyntaxProblem extends Error {
  readonly lineno: number | undefined;
  readonly colno: number | undefined;

  constructor(message: string, lineno?: number, colno?: number) {
    super(message);
    this.lineno = lineno;
    this.colno = colno;
  }

  /** @returns the error that a guest would get of such a text, by its author's places */
  inFile(filename: string, lineOffset = 0, columnOffset = 0): GuestError {
    const { message, lineno, colno } = this;
    if (lineno === undefined || colno === undefined) return { name: "SyntaxError", message, filename };
    const place = { lineno: lineno + lineOffset, colno: lineno === 1 ? colno + columnOffset : colno };
    return { name: "SyntaxError", message, filename, ...place };
  }
}

const transpilers = new Map<Transpiled, Bun.Transpiler>();

function transpilerOf(language: Transpiled): Bun.Transpiler {
  const known = transpilers.get(language);
  if (known) return known;
  const options = {
    loader: language,
    // It keeps the attributes of imports, and `using`.
    target: "bun",
    // Not in the types: no macros. An empty map would allow those that name their file.
    macro: false,
    // Of the host's environment nothing but this one is ever put in.
    define: { "process.env.NODE_ENV": '"production"' },
    // As TypeScript does: what is only used as a type is not there at run time.
    trimUnusedImports: true,
    autoImportJSX: true,
    // A script's value is that of its last statement.
    deadCodeElimination: false,
  };
  const transpiler = new Bun.Transpiler(options as unknown as Bun.TranspilerOptions);
  transpilers.set(language, transpiler);
  return transpiler;
}

/** What was transpiled last, oldest first: isolates that are alike import the same. */
const results = new Map<Transpiled, Map<string, string>>();
let resultsLength = 0;
/** UTF-16 code units of both texts. */
const RESULTS_LENGTH_MAX = 32 * 1024 * 1024;

/** @returns whether the result is known */
export function isTranspiled(text: string, language: Transpiled): boolean {
  return results.get(language)?.has(text) ?? false;
}

/** @throws SyntaxProblem */
export function transpile(text: string, language: Transpiled): string {
  const known = results.get(language)?.get(text);
  if (known !== undefined) return known;
  const code = transpileAnew(text, language);
  const ofLanguage = results.get(language) ?? new Map<string, string>();
  results.set(language, ofLanguage.set(text, code));
  resultsLength += text.length + code.length;
  while (resultsLength > RESULTS_LENGTH_MAX) dropOldest(ofLanguage);
  return code;
}

const BODY_HEAD = "(async () => {";

/**
 * The body of an async function: as such it may both `return` and `await`, which a file may not.
 *
 * @throws SyntaxProblem
 */
export function transpileBody(text: string, language: Transpiled): string {
  try {
    const code = transpile(`${BODY_HEAD}${text}\n})`, language);
    return code.slice(code.indexOf(BODY_HEAD) + BODY_HEAD.length, code.lastIndexOf("}"));
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const { message, lineno, colno } = error;
    const shift = lineno === 1 ? BODY_HEAD.length : 0;
    throw new SyntaxProblem(message, lineno, colno === undefined ? undefined : Math.max(1, colno - shift));
  }
}

/** Of this language, or of another if that has none. */
function dropOldest(preferred: Map<string, string>): void {
  const from = preferred.size > 0 ? preferred : [...results.values()].find(({ size }) => size > 0)!;
  const [oldest] = from;
  from.delete(oldest![0]);
  resultsLength -= oldest![0].length + oldest![1].length;
}

function transpileAnew(text: string, language: Transpiled): string {
  if (text.length > TRANSPILED_TEXT_LENGTH_MAX) {
    throw new SyntaxProblem(
      `${text.length} characters are too many to transpile (at most ${TRANSPILED_TEXT_LENGTH_MAX}): transpile or bundle them first`,
    );
  }
  if (hasTooManyAngles(text)) {
    throw new SyntaxProblem(
      `too many "<" to transpile (at most ${ANGLES_MAX}, and ${ANGLES_DEPTH_MAX} inside each other): transpile or bundle it first`,
    );
  }
  try {
    const code = transpilerOf(language).transformSync(text);
    // Where nothing is imported or exported it takes a script for a CommonJS module, in which `this` is that.
    return /\bexports\b/.test(text) ? code : code.replaceAll(/\bexports\b/g, "this");
  } catch (error) {
    throw toProblem(error);
  }
}

/** Of a BuildMessage, an AggregateError of them, or whatever else it throws. */
function toProblem(error: unknown): SyntaxProblem {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const { message, position } = (first ?? {}) as {
    message?: unknown;
    position?: { line?: number; column?: number } | null;
  };
  const text = typeof message === "string" ? message : String(first);
  return new SyntaxProblem(text, position?.line, position?.column);
}
