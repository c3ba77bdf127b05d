/** Lines of earlier REPLs. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

const LINES_MAX = 1000;

/** In a file that only its user reads; without one, it is forgotten. */
export class History {
  /** The last one first, as readline has them. */
  readonly lines: string[] = [];
  readonly #path: string | undefined;

  constructor(path: string | undefined = historyPath()) {
    this.#path = path;
    if (path === undefined) return;
    try {
      const all = readFileSync(path, "utf8").split("\n").filter(Boolean);
      this.lines = all.slice(-LINES_MAX).reverse();
      if (all.length > 2 * LINES_MAX) writeFileSync(path, `${all.slice(-LINES_MAX).join("\n")}\n`, { mode: 0o600 });
    } catch {
      // There is none yet, or none that can be read.
    }
  }

  add(line: string): void {
    if (this.#path === undefined || line.trim() === "") return;
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      appendFileSync(this.#path, `${line}\n`, { mode: 0o600 });
    } catch {
      // A home that is read-only has no history.
    }
  }
}

/** `NETWORK_RUNTIME_HISTORY`, where an empty one is none, or a file in the user's state folder. */
function historyPath(): string | undefined {
  const named = process.env["NETWORK_RUNTIME_HISTORY"];
  if (named !== undefined) return named || undefined;
  const state = process.env["XDG_STATE_HOME"] || join(homedir(), ".local/state");
  return join(state, "network-runtime/history");
}
