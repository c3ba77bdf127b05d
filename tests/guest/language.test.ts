// What V8 of this year has of the language, as far as guests would miss it or hosts suffer from it.
import { describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import { run } from "./guest.ts";

test.each([
  ["Uint8Array in base64", `new Uint8Array([1, 2, 250]).toBase64()`, "AQL6"],
  ["base64 read back", `[...Uint8Array.fromBase64("AQL6")].join()`, "1,2,250"],
  ["Uint8Array in hex", `new Uint8Array([1, 250]).toHex() + Uint8Array.fromHex("ff").at(0)`, "01fa255"],
  ["Map.prototype.getOrInsert", `new Map().getOrInsert("a", 7)`, 7],
  ["Map.prototype.getOrInsertComputed", `new Map().getOrInsertComputed("a", (key) => key + 1)`, "a1"],
  ["Iterator.concat", `[...Iterator.concat([1], [2, 3])].join()`, "1,2,3"],
  ["Math.sumPrecise", `Math.sumPrecise([1e20, 0.1, -1e20])`, 0.1],
  ["Error.isError", `[Error.isError(new DOMException()), Error.isError({})].join()`, "true,false"],
  ["RegExp.escape", `RegExp.escape("a.b")`, "\\x61\\.b"],
  ["Promise.try", `await Promise.try(() => 4)`, 4],
  ["Float16Array", `new Float16Array([1.1])[0]`, 1.099609375],
  ["Temporal", `Temporal.PlainDate.from("2026-11-28").add({ months: 3 }).toString()`, "2027-02-28"],
  [
    "Temporal with time zones and calendars",
    `Temporal.Instant.from("2026-07-01T00:00Z").toZonedDateTimeISO("Europe/Berlin").withCalendar("hebrew").toString()`,
    "2026-07-01T02:00:00+02:00[Europe/Berlin][u-ca=hebrew]",
  ],
])("%s", async (_name, expression, value) => {
  expect(await run(`return ${expression}`)).toBe(value);
});

test("WebAssembly does not switch stacks", async () => {
  expect(
    await run(`return ["promising", "Suspending", "SuspendError"].map((name) => name in WebAssembly).join()`),
  ).toBe("false,false,false");
});

describe("resources", () => {
  const prelude = `
    const log = [];
    const sync = (name) => ({ [Symbol.dispose]() { log.push(name); } });
    const later = (name) => ({ async [Symbol.asyncDispose]() { await 0; log.push(name); } });`;
  const forms: [name: string, body: string, log: string][] = [
    ["using", `{ using a = sync("a"), b = sync("b"); log.push("in"); }`, "in,b,a"],
    ["using in a for", `for (using a = sync("a"); log.length < 1; ) log.push("in");`, "in,a"],
    ["using in a for of", `for (using a of [sync("a"), sync("b")]) log.push("in");`, "in,a,in,b"],
    ["await using", `{ await using a = later("a"); log.push("in"); }`, "in,a"],
    ["await using of null", `{ await using a = null; log.push("in"); }`, "in"],
    ["await using in a for", `for (await using a = later("a"); log.length < 1; ) log.push("in");`, "in,a"],
    ["await using in a for of", `for (await using a of [later("a"), later("b")]) log.push("in");`, "in,a,in,b"],
    ["await using in a for of, with break", `for (await using a of [later("a"), later("b")]) break;`, "a"],
    [
      "await using in a for of, with continue and await",
      `for (await using a of [later("a"), later("b")]) { if (log.length) continue; await 0; log.push("in"); }`,
      "in,a,b",
    ],
    [
      "await using in a for of, with throw",
      `try { for (await using a of [later("a"), later("b")]) throw new Error(); } catch { log.push("caught"); }`,
      "a,caught",
    ],
    [
      "await using in a for of, with return",
      `await (async () => { for (await using a of [later("a")]) return; })(); log.push("out");`,
      "a,out",
    ],
    [
      "await using in a for await of",
      `for await (await using a of [later("a"), later("b")]) log.push("in");`,
      "in,a,in,b",
    ],
    [
      "await using in an async generator",
      `async function* items() { for (await using a of [later("a"), later("b")]) { yield 1; log.push("in"); } }
       for await (const one of items()) log.push(one);`,
      "1,in,a,1,in,b",
    ],
    [
      "await using in an async generator that is left",
      `async function* items() { for (await using a of [later("a"), later("b")]) yield 1; }
       for await (const one of items()) break;`,
      "a",
    ],
    [
      "a disposal that throws",
      `try { using a = { [Symbol.dispose]() { throw 1; } }; throw 2; }
       catch (error) { log.push(error.name, error.error, error.suppressed); }`,
      "SuppressedError,1,2",
    ],
    [
      "DisposableStack",
      `{ using stack = new DisposableStack(); stack.defer(() => log.push("a")); stack.use(sync("b")); }`,
      "b,a",
    ],
    [
      "AsyncDisposableStack",
      `{ await using stack = new AsyncDisposableStack(); stack.use(later("a")); stack.defer(() => log.push("b")); }`,
      "b,a",
    ],
  ];
  test.each(forms)("%s", async (_name, body, log) => {
    expect(await run(`${prelude} ${body} return log.join()`)).toBe(log);
  });

  test("optimized or not", async () => {
    const sandbox = new V8Sandbox({ cpuMs: 20_000 });
    const guest = await sandbox.createIsolate();
    const hot = forms.map(([, body]) => `async () => { ${prelude} ${body} }`).join(",\n");
    await guest.evaluate(
      `(async () => { for (const form of [${hot}]) for (let i = 0; i < 2000; i++) await form(); })()`,
    );
    await sandbox.shutdown();
  });
});
