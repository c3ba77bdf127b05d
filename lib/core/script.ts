/** Scripts that are to be run: what their options make of them. */
import type { GuestError } from "../contract/errors.ts";
import type { ExecuteOptions } from "../contract/options.ts";
import { mapText } from "../modules/map-text.ts";
import { inlineMap } from "../source-maps/inline-map.ts";
import type { MappedSource } from "../source-maps/source-maps.ts";
import { transpiling } from "./on-demand.ts";

/** A script as the guest gets it. */
export interface Script {
  readonly filename: string;
  readonly text: string;
  readonly lineOffset: number;
  readonly columnOffset: number;
  /** Whether the text is the body of an async function. */
  readonly isBody: boolean;
  /** What its author wrote; undefined: that is the text. */
  readonly written?: MappedSource | undefined;
}

/**
 * @param text - as its author wrote it
 * @param name - of the script's file, without its extension, if it has no name
 * @returns also: what the guest would say of it if it cannot be transpiled
 */
export function toScript(text: string, options: ExecuteOptions, name: string): Script | { readonly guest: GuestError } {
  const { language = "js", lineOffset = 0, columnOffset = 0, functionBody: isBody = false, sourceMap } = options;
  const filename = options.filename ?? `${name}.${language}`;
  if (language === "js") {
    const map = mapText(sourceMap) ?? inlineMap(text);
    const written = map === undefined ? undefined : { text, language, sourceMap: map, lineOffset, columnOffset };
    return { filename, text, lineOffset, columnOffset, isBody, written };
  }
  const { SyntaxProblem, transpile, transpileBody } = transpiling();
  try {
    const written = { text, language, isBody, lineOffset, columnOffset };
    return {
      filename,
      text: isBody ? transpileBody(text, language) : transpile(text, language),
      lineOffset,
      columnOffset,
      isBody,
      written,
    };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return { guest: error.inFile(filename, lineOffset, columnOffset) };
  }
}
