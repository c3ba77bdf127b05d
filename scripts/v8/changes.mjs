// Our changes to V8, build/v8/changes/*.change: prose, then hunks as in a unified diff but found by their text alone, which has
// to be there exactly once. A new V8 in which one no longer fits fails by that change's name.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "../setup/run.mjs";

/** @typedef {{ file: string, from: string, to: string }} Hunk */

/**
 * @param {string} folder of the changes
 * @param {string} v8 the folder that their paths are relative to
 * @throws {SetupError} with the change's name, the file, the hunk, and how often its text was found
 */
export function applyChanges(folder, v8) {
  for (const name of changeNames(folder)) {
    const hunks = parseChange(readFileSync(join(folder, `${name}.change`), "utf8"), name);
    hunks.forEach((hunk, i) => applyHunk(v8, hunk, `change ${name}, hunk ${i + 1} of ${hunks.length} (${hunk.file})`));
  }
}

/** @param {string} folder */
export function changeNames(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".change"))
    .map((file) => file.slice(0, -".change".length))
    .sort();
}

/**
 * @param {string} text
 * @param {string} name for messages
 * @returns {Hunk[]}
 */
export function parseChange(text, name) {
  const [, ...parts] = text.split(/^@@ /m);
  if (parts.length === 0) throw new SetupError(`change ${name} has no hunks (lines that begin with "@@ ").`);
  return parts.map((part) => {
    const [file = "", ...lines] = part.replace(/\n+$/, "").split("\n");
    /** @param {string} sign */
    const side = (sign) =>
      lines
        .filter((line) => line === "" || line[0] === " " || line[0] === sign)
        .map((line) => `${line.slice(1)}\n`)
        .join("");
    const odd = lines.find((line) => line !== "" && !" +-".includes(line.charAt(0)));
    if (odd !== undefined) throw new SetupError(`change ${name}, ${file}: a line begins with none of " +-": ${odd}`);
    return { file: file.trim(), from: side("-"), to: side("+") };
  });
}

/**
 * @param {string} v8
 * @param {Hunk} hunk
 * @param {string} what
 */
function applyHunk(v8, { file, from, to }, what) {
  const path = join(v8, file);
  /** @type {string} */
  let text;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new SetupError(`${what} does not apply: V8 has no such file. ${wayOut}`);
  }
  const places = wholeLines(text, from);
  const [at] = places;
  if (at === undefined || places.length > 1) {
    throw new SetupError(`${what} does not apply: its text was found ${places.length} times. ${wayOut}`);
  }
  writeFileSync(path, text.slice(0, at) + to + text.slice(at + from.length));
}

/**
 * Where `lines` begins in `text`, at the beginning of a line.
 * @param {string} text
 * @param {string} lines
 */
function wholeLines(text, lines) {
  const places = [];
  for (let at = text.indexOf(lines); at >= 0; at = text.indexOf(lines, at + 1)) {
    if (at === 0 || text[at - 1] === "\n") places.push(at);
  }
  return places;
}

const wayOut = "Write it anew for this V8 (docs/v8-upgrade.md), or remove it and what needs it.";
