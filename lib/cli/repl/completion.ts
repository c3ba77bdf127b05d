/** Names that a line may go on with. */
import type { Isolate } from "../../index.ts";

const LOOKING_MS = 500;
const WORDS = ".exit .help .reset .stats".split(" ");
const KEYWORDS = (
  "async await break case catch class const continue debugger default delete do else export extends false finally for " +
  "function if import in instanceof let new null return super switch this throw true try typeof undefined using var void while yield"
).split(" ");

/** In the guest: the names of what a path leads to, as far as they begin so. Getters on the way are read. */
const LOOK = `(() => {
  let at = globalThis;
  for (const step of path) {
    if (at === undefined || at === null) return [];
    at = at[step];
  }
  const found = new Set();
  for (let level = at === undefined || at === null ? null : Object(at); level !== null; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) {
      if (name.startsWith(start) && /^[\\p{ID_Start}$_][\\p{ID_Continue}$]*$/u.test(name)) found.add(name);
      if (found.size >= 1000) return [...found];
    }
  }
  return [...found];
})()`;

/** What readline's completer answers: whole names, and the text that they take the place of. */
export async function complete(isolate: Isolate, line: string): Promise<[names: string[], text: string]> {
  if (line.startsWith(".")) return [WORDS.filter((word) => word.startsWith(line)), line];
  const [text] = /(?:[\p{ID_Start}$_][\p{ID_Continue}$]*\??\.)*(?:[\p{ID_Start}$_][\p{ID_Continue}$]*)?$/u.exec(line)!;
  // After a call or an index nobody knows without doing it.
  if (/[)\]"'`\d]\??\.$/.test(line.slice(0, line.length - text.length))) return [[], text];
  const steps = text.split(/\??\./);
  const start = steps.pop()!;
  const before = text.slice(0, text.length - start.length);
  try {
    const names = await isolate.evaluate<string[]>(LOOK, { args: { path: steps, start }, timeoutMs: LOOKING_MS });
    const words = steps.length === 0 && start !== "" ? KEYWORDS.filter((word) => word.startsWith(start)) : [];
    return [[...new Set([...names, ...words])].sort().map((name) => before + name), text];
  } catch {
    // What a getter throws is no reason to say anything.
    return [[], text];
  }
}
