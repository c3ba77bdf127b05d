/** Scripts that are to be run: what their options make of them. */
import type { ExecuteOptions } from "../contract/options.ts";
import { toJavaScript } from "../modules/module-texts.ts";
import { inlineMap } from "../source-maps/inline-map.ts";
import type { MappedSource } from "../source-maps/source-maps.ts";

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
 * @throws SyntaxProblem
 */
export function toScript(text: string, options: ExecuteOptions, name: string): Script {
  const { language = "js", lineOffset = 0, columnOffset = 0, functionBody = false, sourceMap } = options;
  const filename = options.filename ?? `${name}.${language}`;
  const given = typeof sourceMap === "object" ? JSON.stringify(sourceMap) : sourceMap;
  const map = given ?? (language === "js" ? inlineMap(text) : undefined);
  const isWritten = map === undefined && language === "js";
  const written = isWritten ? undefined : { text, language, sourceMap: map, lineOffset, columnOffset };
  return { filename, text: toJavaScript(text, language), lineOffset, columnOffset, isBody: functionBody, written };
}
