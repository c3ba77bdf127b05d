/** Source maps that are in the text they belong to. https://tc39.es/ecma426/#sec-MatchSourceMapURL */

const COMMENT = /^\/\/[#@] ?sourceMappingURL=data:application\/json(?:;charset=[\w-]+)?(;base64)?,(\S*)$/;
const SLASH = 0x2f;

/** @returns the JSON of the map in the last line of a text; undefined: there is none */
export function inlineMap(text: string): string | undefined {
  // Of every script this much is looked at.
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= 0x20) end--;
  const start = end === 0 ? 0 : text.lastIndexOf("\n", end - 1) + 1;
  if (text.charCodeAt(start) !== SLASH || text.charCodeAt(start + 1) !== SLASH) return undefined;
  const [, base64, data] = COMMENT.exec(text.slice(start, end)) ?? [];
  if (data === undefined) return undefined;
  try {
    return base64 === undefined ? decodeURIComponent(data) : Buffer.from(data, "base64").toString("utf8");
  } catch {
    return undefined;
  }
}
