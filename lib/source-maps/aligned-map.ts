/** A source map of what Bun's transpiler made, which makes none itself, for those who debug it. */
import { alignedOffsets } from "./alignment.ts";
import { Lines } from "./place.ts";
import { encode } from "./trace-mapping.ts";

/**
 * @param file - what the guest calls the script
 * @param lineOffset - lines that its author counts before the text, and columns before its first line
 * @returns JSON, with the original's text
 */
export function alignedMap(
  file: string,
  original: string,
  transpiled: string,
  lineOffset: number,
  columnOffset: number,
): string {
  const lines = Math.max(lineOffset, 0);
  const columns = Math.max(columnOffset, 0);
  const from = new Lines(original);
  const to = new Lines(transpiled);
  const mappings: [number, number, number, number][][] = [];
  for (const [originalOffset, offset] of alignedOffsets(original, transpiled)) {
    const place = from.placeOf(originalOffset);
    const { line, column } = to.placeOf(offset);
    while (mappings.length < line) mappings.push([]);
    const originalColumn = place.line === 1 ? place.column + columns : place.column;
    mappings[line - 1]!.push([column - 1, 0, place.line - 1 + lines, originalColumn - 1]);
  }
  const sourcesContent = ["\n".repeat(lines) + " ".repeat(columns) + original];
  return JSON.stringify({ version: 3, sources: [file], sourcesContent, names: [], mappings: encode(mappings) });
}
