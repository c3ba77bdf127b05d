/** Scripts that were written in another language, with source maps for those who debug them. */

const SCRIPT_EVENT = /^\{"method":"Debugger\.script(?:Parsed|FailedToParse)"/;

/**
 * @param text - a message of the protocol
 * @param mapOf - finds the source map of a script, JSON
 * @returns the message; if it tells of a script that has a map and does not say so, with the map in it
 */
export function withSourceMap(text: string, mapOf: (url: string) => string | undefined): string {
  if (!SCRIPT_EVENT.test(text.slice(0, 48))) return text;
  const event = JSON.parse(text) as { params: { url: string; sourceMapURL?: string } };
  const { url, sourceMapURL = "" } = event.params;
  if (url === "" || sourceMapURL.startsWith("data:")) return text;
  const map = mapOf(url);
  if (map === undefined) return text;
  event.params.sourceMapURL = `data:application/json;base64,${Buffer.from(map).toString("base64")}`;
  return JSON.stringify(event);
}
