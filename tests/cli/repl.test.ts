// `repl`: lines from a pipe, and a person at a terminal.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { cli, runWith, scriptFolder } from "./run.ts";

const env = { NETWORK_RUNTIME_HISTORY: "" };

describe("lines from a pipe", () => {
  test("values, names that last, top-level await, TypeScript, lines that go on", async () => {
    const stdin = [
      "1 + 41",
      "const a = { x: 1, f() {} }",
      "a.x = 2; a",
      "const a: number = 5; a + 1",
      "await Promise.resolve('text')",
      "_ + '!'",
      "function twice(n) {",
      "  return 2 * n",
      "}",
      "twice(",
      "a)",
      "`b",
      "c`",
      "{ y: 1 }",
      "undefined",
      "who",
      "console.log('printed')",
      ".exit",
      "never",
    ].join("\n");
    const { stdout, stderr, exitCode } = await runWith({ cwd: import.meta.dir, stdin, env }, "repl", "--arg", "who=me");
    const shown = ["42", "{ x: 1, f: [Function: f] }", "{ x: 2, f: [Function: f] }", "6", "'text'", "'text!'", "10"];
    expect(stdout.split("\n")).toEqual([...shown, "'b\\nc'", "{ y: 1 }", "'me'", "printed", ""]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });

  test("what goes wrong is said, and the next line goes on", async () => {
    const stdin = "throw new TypeError('thrown')\nnope\n1 +* 2\nvoid Promise.reject(new Error('lost'))\n5";
    const { stdout, stderr, exitCode } = await runWith({ cwd: import.meta.dir, stdin, env }, "repl");
    expect(stdout).toBe("5\n");
    for (const text of ["TypeError: thrown", "nope is not defined", "SyntaxError: ", "Error: lost"]) {
      expect(stderr).toContain(text);
    }
    expect(exitCode).toBe(0);
  });

  test("a limit ends the isolate, and another goes on; so does .reset", async () => {
    const stdin = "globalThis.kept = 1\nfor (;;);\ntypeof kept\nglobalThis.kept = 2\n.reset\ntypeof kept\n.stats";
    const { stdout, stderr } = await runWith({ cwd: import.meta.dir, stdin, env }, "repl", "--cpu=50");
    expect(stdout).toMatch(/^1\n'undefined'\n2\n'undefined'\nCPU \d+\.\d ms, heap \d+\.\d MiB, at most \d+\.\d MiB\n$/);
    expect(stderr).toContain("cpu_limit_exceeded");
    expect(stderr).toContain("Another isolate goes on");
  });

  test("macros do not run on the host", async () => {
    using folder = scriptFolder({ "macro.ts": "export const f = () => { console.error('on the host'); return 5 };" });
    const stdin = `import { f } from "./macro.ts" with { type: "macro" }; f()`;
    const { stderr } = await runWith({ cwd: folder.path, stdin, env }, "repl");
    expect(stderr).not.toContain("on the host");
  });
});

describe("a person at a terminal", () => {
  /** Types, and waits for what is shown. */
  class Typist implements AsyncDisposable {
    #shown = "";
    readonly #child: Bun.Subprocess;

    constructor(history: string) {
      const terminal = { data: (_: unknown, bytes: Uint8Array) => void (this.#shown += Buffer.from(bytes).toString()) };
      this.#child = Bun.spawn([process.execPath, cli, "repl"], {
        env: { ...process.env, TERM: "xterm", NETWORK_RUNTIME_HISTORY: history },
        terminal: { cols: 120, rows: 40, ...terminal },
      });
    }

    /** What was shown until then; it ends with the test's time if it never comes. */
    async sees(text: string): Promise<string> {
      while (!this.#shown.includes(text)) await Bun.sleep(10);
      const shown = this.#shown;
      this.#shown = "";
      return shown;
    }

    types(text: string): void {
      this.#child.terminal!.write(text);
    }

    get exited(): Promise<number> {
      return this.#child.exited;
    }

    async [Symbol.asyncDispose](): Promise<void> {
      this.#child.kill();
      await this.#child.exited;
    }
  }

  test("completion, Ctrl+C, history of earlier sessions, Ctrl+D", async () => {
    using folder = scriptFolder({});
    const history = join(folder.path, "below/history");
    {
      await using typist = new Typist(history);
      await typist.sees("> ");
      typist.types("NETW\t");
      await typist.sees("NETWORK");
      typist.types(".onR\t");
      await typist.sees(".onRequest");
      typist.types("\x15const value = { alpha: 1, alphabet: 2 }\r");
      await typist.sees("{ alpha: 1, alphabet: 2 }\r\n");
      typist.types("value.alp\t");
      await typist.sees("value.alpha");
      // Before it runs there is nothing that Ctrl+C would end.
      typist.types("\x15console.log('it ' + 'runs'); for (;;);\r");
      await typist.sees("it runs");
      typist.types("\x03");
      await typist.sees("ended by Ctrl+C");
      typist.types("value.alpha + 41\r");
      await typist.sees("42");
      typist.types("\x04");
      expect(await typist.exited).toBe(0);
    }
    await using typist = new Typist(history);
    await typist.sees("> ");
    typist.types("\x1b[A");
    await typist.sees("value.alpha + 41");
    typist.types("\x1b[A");
    await typist.sees("for (;;);");
  });

  test("a guest's text has no say in the terminal", async () => {
    await using typist = new Typist("");
    await typist.sees("> ");
    typist.types("console.log(String.fromCharCode(27) + '[31m' + 'red')\r");
    expect(await typist.sees("red\r\n")).toContain("\\x1b[31mred\r\n");
  });
});
