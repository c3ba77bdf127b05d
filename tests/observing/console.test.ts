// formatConsole beside node's own console.
import { afterAll, expect, test } from "bun:test";
import { OptionError, V8Sandbox, formatConsole } from "../../lib/index.ts";
import type { ConsoleEvent } from "../../lib/index.ts";

const sandbox = new V8Sandbox({ threads: 1 });
afterAll(() => sandbox.shutdown());

const calls = `
  console.log("plain", 1, true, null, undefined, 10n, Symbol("s"));
  console.log("%s is %d years, %i, %f, %O %%", "Ada", 36, 3.7, "2.5", { a: 1 });
  console.info({ nested: { list: [1, "two", { three: 3 }] }, fn() {}, [Symbol("k")]: 1 });
  console.debug(new Map([["a", new Set([1])]]), new Date(0), /x/g, [1, , 3]);
  console.warn("a\\nb", [["x".repeat(80)], ["y".repeat(20)]]);
  console.group("group");
  console.log("inside", { a: "b\\n" });
  console.group();
  console.error("deeper\\nlines");
  console.groupEnd();
  console.groupEnd();
  console.assert(1 === 2, "not %s", "so");
  console.count(); console.count("c"); console.countReset(); console.count();
  console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 });
  class A { constructor() { this.x = 1; } get y() { throw 1; } }
  console.log(new A(), A, async () => {}, new Uint8Array(3), Object.create(null));
  const circle = {}; circle.self = circle; console.log(circle);
`;

test("prints what node would", async () => {
  const isolate = await sandbox.createIsolate();
  const lines: string[] = [];
  isolate.onConsole((event) => lines.push(`${formatConsole(event)}\n`));
  await isolate.evaluate(calls);
  const node = Bun.spawn(["node", "-e", `console.error = console.warn = console.log;${calls}`], {
    ...{ stdout: "pipe", stderr: "pipe", env: { ...process.env, NO_COLOR: "1" } },
  });
  const [out, err] = await Promise.all([new Response(node.stdout).text(), new Response(node.stderr).text()]);
  // node's own assert goes to the other stream, whatever console.error is.
  expect(lines.join("").replace("Assertion failed: not so\n", "")).toBe(out.replace("Assertion failed: not so\n", ""));
  expect(lines.join("")).toContain("Assertion failed: not so\n");
  expect(err === "" || err === "Assertion failed: not so\n").toBe(true);
});

test("shows control characters, unless they are asked for", async () => {
  const event: ConsoleEvent = { level: "log", args: [], text: "\x1b]0;owned\x07\r\x9b2J\tok\nnext" };
  expect(formatConsole(event)).toBe("\\x1b]0;owned\\x07\\x0d\\x9b2J\tok\nnext");
  expect(formatConsole(event, { controls: true })).toBe(event.text);
  expect(() => formatConsole(event, { control: true } as object)).toThrow("did you mean controls?");
  expect(() => formatConsole(event, { controls: 1 } as object)).toThrow(OptionError);
  expect(formatConsole({ level: "log", args: ["a", 1] } as unknown as ConsoleEvent)).toBe("'a', 1");
});
