import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";

const root = `${import.meta.dir}/../..`;

/** Enumerators of the first enum in the text whose head matches, with implied values counted on as both languages do. */
function enumerators(text: string, head: RegExp): Record<string, number> {
  const body = new RegExp(`${head.source}[^{]*\\{(.*?)\\}`, "s").exec(text)?.[1];
  if (body === undefined) throw new Error(`no enum matches ${head}`);
  const members: Record<string, number> = {};
  let next = 0;
  for (const [, name, value] of body
    .replace(/\/\*.*?\*\/|\/\/.*$/gms, "")
    .matchAll(/([A-Za-z]\w*)\s*(?:=\s*(\d+))?\s*(?:,|$)/g)) {
    next = value === undefined ? next : Number(value);
    members[name!] = next++;
  }
  return members;
}

const plain = (members: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name.replace(/^k|_/g, "").toLowerCase(), value]));

test("the prelude's op numbers are the engine's", () => {
  const prelude = enumerators(readFileSync(`${root}/prelude/core/engine.ts`, "utf8"), /const enum Op\b/);
  const engine = enumerators(readFileSync(`${root}/engine/v8/ops/ops.h`, "utf8"), /enum (?:class )?Op\b/);
  expect(Object.keys(prelude).length).toBeGreaterThanOrEqual(20);
  expect(plain(engine)).toEqual(plain(prelude));
});
