/** Source maps as they are given. */

/** @returns the JSON of a map that is that, or an object; undefined: it is neither, or cannot be JSON */
export function mapText(map: unknown): string | undefined {
  if (typeof map === "string") return map;
  if (typeof map !== "object" || map === null) return undefined;
  try {
    return JSON.stringify(map);
  } catch {
    return undefined;
  }
}
