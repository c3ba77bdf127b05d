import { parse } from "acorn";
import { Digest, type Outcome } from "./outcome.ts";

/** Parses a program and walks its whole syntax tree. */
export function parseProgram(source: string): Outcome {
  const program = parse(source, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true });
  const digest = new Digest();
  const pending: unknown[] = [program];
  let nodes = 0;
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) {
      pending.push(...value);
    } else if (typeof value === "object" && value !== null) {
      if ("type" in value) nodes++;
      pending.push(...Object.values(value));
    } else {
      digest.text(String(value));
    }
  }
  return { size: nodes, digest: digest.toString() };
}
