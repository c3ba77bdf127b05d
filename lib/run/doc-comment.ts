/** Doc comments. */

/**
 * @param lines - of text, which may have line breaks of its own
 * @param indent - in front of each line
 * @returns the comment with a line break behind it; nothing if there is nothing to say
 */
export function docComment(lines: readonly string[], indent: string): string {
  const all = lines.flatMap((line) => line.trim().split(/\r\n|[\n\r\u2028\u2029]/));
  const text = all.map((line) => line.trimEnd().replaceAll("*/", "*\\/"));
  if (text.every((line) => line === "")) return "";
  if (text.length === 1) return `${indent}/** ${text[0]} */\n`;
  return `${indent}/**\n${text.map((line) => `${indent} *${line === "" ? "" : ` ${line}`}\n`).join("")}${indent} */\n`;
}
