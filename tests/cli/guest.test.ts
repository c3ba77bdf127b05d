// `run` and `eval`, as a shell has them.
import { describe, expect, test } from "bun:test";
import { run, runWith, scriptFolder } from "./run.ts";

const here = import.meta.dir;

describe("eval", () => {
  test("prints a value, a text as it is, nothing for none", async () => {
    expect(await run(here, "eval", "({ sum: a + b.length })", "--arg", "a:=5", "--arg", "b=tea")).toEqual({
      stdout: "{ sum: 8 }\n",
      stderr: "",
      exitCode: 0,
      signal: null,
    });
    expect((await run(here, "eval", "await Promise.resolve('plain')")).stdout).toBe("plain\n");
    expect((await run(here, "eval", "undefined")).stdout).toBe("");
  });

  test("a guest has nothing of the host's", async () => {
    const { stdout } = await run(
      here,
      "eval",
      "[typeof process, typeof Bun, typeof require, typeof NETWORK.send].join()",
    );
    expect(stdout).toBe("undefined,undefined,undefined,function\n");
  });

  test("its console: log on standard output, warn and error on standard error", async () => {
    const { stdout, stderr } = await run(
      here,
      "eval",
      "console.log('out', { a: 1 }); console.warn('warned'); console.error('err')",
    );
    expect({ stdout, stderr }).toEqual({ stdout: "out { a: 1 }\n", stderr: "warned\nerr\n" });
  });

  test("what it throws: its own stack on standard error, exit code 1", async () => {
    const { stdout, stderr, exitCode } = await run(here, "eval", "\nthrow new TypeError('on purpose')");
    expect({ stdout, stderr, exitCode }).toEqual({
      stdout: "",
      stderr: "TypeError: on purpose\n    at eval.js:2:7\n",
      exitCode: 1,
    });
    const broken = await run(here, "eval", "1 +");
    expect(broken.stderr).toBe("SyntaxError: Unexpected end of input\n    at eval.js:1:4\n");
    expect(broken.exitCode).toBe(1);
  });

  test("a limit: exit code 3, and which", async () => {
    const loop = await run(here, "eval", "for (;;);", "--cpu=50");
    expect(loop.stderr).toContain("cpu_limit_exceeded, limit 50 ms");
    expect(loop.exitCode).toBe(3);
    const waits = await run(here, "eval", "await new Promise(() => {})", "--wall=50", "--json");
    expect(JSON.parse(waits.stdout)).toMatchObject({ ok: false, reason: "wall_limit_exceeded" });
    expect(waits.exitCode).toBe(3);
    const bomb = await run(here, "eval", "const all = []; for (;;) all.push(new Array(1e4).fill(1.5))", "--memory=16");
    expect(bomb.stderr).toContain("memory_limit_exceeded");
    expect(bomb.exitCode).toBe(3);
  });

  test("standard input, and TypeScript", async () => {
    const stdin = "const twice = (n: number): number => 2 * n;\ntwice(n)";
    const { stdout, exitCode } = await runWith({ cwd: here, stdin }, "eval", "-", "--language=ts", "--arg", "n:=21");
    expect({ stdout, exitCode }).toEqual({ stdout: "42\n", exitCode: 0 });
  });

  test("in a child process", async () => {
    expect((await run(here, "eval", "6 * 7", "--isolation=process")).stdout).toBe("42\n");
  });

  test("--json: one document, whatever the value is", async () => {
    const code = "console.log('x'); new Map([[1n, new Set([new Date(0), /x/, new Uint8Array(2), new Error('e')])]])";
    const { stdout, stderr, exitCode } = await run(here, "eval", code, "--json");
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      ok: true,
      value: [["1", ["1970-01-01T00:00:00.000Z", "/x/", [0, 0], { name: "Error", message: "e" }]]],
      reason: "completed",
      logs: [{ level: "log", text: "x" }],
      toolCallCount: 0,
    });
    expect(report.cpuMs).toBeGreaterThan(0);
    expect(report.memoryPeakBytes).toBeGreaterThan(0);
  });
});

describe("run", () => {
  test("a script in TypeScript, with places in the original", async () => {
    using folder = scriptFolder({ "guest.ts": "interface A { n: number }\nconst a: A = { n: 5 };\n\nnope(a);" });
    const { stderr, exitCode } = await run(folder.path, "run", "guest.ts");
    expect({ stderr, exitCode }).toEqual({
      stderr: "ReferenceError: nope is not defined\n    at guest.ts:4:1\n",
      exitCode: 1,
    });
  });

  test("a module: its default export is called with the args, and imports what is below it only", async () => {
    using folder = scriptFolder({
      "guest.ts":
        `import { greet } from "./greet.ts";\nimport data from "./data.json" with { type: "json" };\n` +
        `export default async ({ name }: { name: string }) => greet(name) + data.end;`,
      "greet.ts": "export const greet = (name: string): string => `Hello ${name}`;",
      "data.json": `{ "end": "!" }`,
      "outside.js": `import "../../../../etc/hostname";`,
      "value.js": "export default [1, 2]",
    });
    expect((await run(folder.path, "run", "guest.ts", "--arg", "name=world")).stdout).toBe("Hello world!\n");
    expect((await run(folder.path, "run", "value.js")).stdout).toBe("[ 1, 2 ]\n");
    const outside = await run(folder.path, "run", "outside.js");
    expect({ stdout: outside.stdout, exitCode: outside.exitCode }).toEqual({ stdout: "", exitCode: 1 });
    expect(outside.stderr).toContain("etc/hostname");
  });

  test("--bundle: with what node_modules have", async () => {
    const { stdout, stderr } = await run(`${here}/fixtures`, "run", "bundled.ts", "--bundle", "--arg", "text=# tea");
    expect({ stdout, stderr }).toEqual({ stdout: "<h1>tea</h1>\n\n", stderr: "" });
  });

  test("--tools: functions of the host, called and told of", async () => {
    using folder = scriptFolder({
      "tools.ts": `export default { shop: { price: (item: string) => ({ tea: 3 })[item] ?? Promise.reject(new Error("no " + item)) } };
        setInterval(() => {}, 1000); // what a tool leaves open ends with the command`,
      "guest.js":
        "await tools.shop.price('tea') + await tools.shop.price('cake').catch(({ message }) => ' ' + message)",
      "none.ts": "export const other = 5;",
      "set.ts": `import { defineTools } from ${JSON.stringify(`${here}/../../lib/run/index.ts`)};
        export const tools = defineTools({ now: { run: () => 42 } });`,
    });
    const { stdout, exitCode } = await run(folder.path, "run", "guest.js", "--tools", "tools.ts", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      value: "3 no cake",
      toolCalls: [
        { name: "shop.price", input: "'tea'", ok: true },
        { name: "shop.price", input: "'cake'", ok: false, error: { message: "no cake" } },
      ],
    });
    expect(exitCode).toBe(0);
    expect((await run(folder.path, "eval", "await tools.now()", "--tools=set.ts")).stdout).toBe("42\n");
    const none = await run(folder.path, "run", "guest.js", "--tools", "none.ts");
    expect(none.stderr).toContain('none.ts exports no tools: neither "tools" nor its default is an object');
    const missing = await run(folder.path, "run", "guest.js", "--tools", "missing.ts");
    expect(missing.stderr).toContain("there are no tools missing.ts");
    expect([none.exitCode, missing.exitCode]).toEqual([2, 2]);
  });

  test("--allow-net: that host, and no other", async () => {
    using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("from the server") });
    const origin = server.url.origin;
    const code = "await (await fetch(url)).text()";
    const line = ["eval", code, "--arg", `url=${origin}/x`];
    expect((await run(here, ...line, "--allow-net", origin)).stdout).toBe("from the server\n");
    const refused = await run(here, ...line, "--allow-net=api.example.com");
    expect({ stdout: refused.stdout, exitCode: refused.exitCode }).toEqual({ stdout: "", exitCode: 1 });
    const none = await run(here, ...line);
    expect({ stdout: none.stdout, exitCode: none.exitCode }).toEqual({ stdout: "", exitCode: 1 });
    const wrong = await run(here, ...line, "--allow-net=a b");
    expect(wrong.stderr).toStartWith("network-runtime: --allow-net: ");
    expect(wrong.exitCode).toBe(2);
  });

  test("wrong command lines: what is wrong on standard error, exit code 2", async () => {
    const missing = await run(here, "run", "missing.ts");
    expect(missing.stderr).toContain("there is no guest missing.ts (looked at ");
    const typo = await run(here, "eval", "1", "--jason");
    expect(typo.stderr).toContain("unknown option --jason; did you mean --json?");
    const word = await run(here, "evla", "1");
    expect(word.stderr).toContain("did you mean the command eval?");
    expect([missing, typo, word].map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
      [2, ""],
      [2, ""],
      [2, ""],
    ]);
  });
});
