import { describe, expect, test } from "bun:test";
import manifest from "../../package.json";
import { run, scriptFolder } from "./run.ts";

describe("without a script", () => {
  test("--help explains and succeeds", async () => {
    const { stdout, stderr, exitCode } = await run(import.meta.dir, "--help");
    expect(stdout).toStartWith("Usage: network-runtime script.js [threads] [cpu_ms] [memory_mb]");
    expect(stdout).toContain("--version");
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });

  test("--version names the package, V8 and the ABI", async () => {
    const { stdout, stderr, exitCode } = await run(import.meta.dir, "--version");
    expect(stdout).toMatch(/^network-runtime \d+\.\d+\.\d+\nV8 \d+\.\d+\.\d+\.\d+\S*\nABI \d+\n$/);
    expect(stdout).toContain(`network-runtime ${manifest.version}\n`);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });

  test.each([[[]], [["--nonsense", "a.js"]], [["a.js", "many"]], [["a.js", "1", "2", "32", "4"]]])(
    "wrong arguments %j: usage on stderr, exit code 2",
    async (args) => {
      const { stdout, stderr, exitCode } = await run(import.meta.dir, ...args);
      expect(stderr).toStartWith("network-runtime: ");
      expect(stderr).toContain("Usage: network-runtime script.js");
      expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    },
  );

  test("a script that is not there, or is a folder: its name on stderr, exit code 2", async () => {
    using folder = scriptFolder({});
    for (const name of ["missing.js", "."]) {
      const { stdout, stderr, exitCode } = await run(folder.path, name);
      expect(stderr).toContain(`there is no script ${name} (looked at ${folder.path}`);
      expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    }
  });
});

describe("how a script runs", () => {
  test("as the program: arguments, import.meta.main, relative imports, TypeScript", async () => {
    using folder = scriptFolder({
      "script.ts": `
        import { twice } from "./other.ts";
        interface Seen { main: boolean; args: string[]; self: string; twice: number }
        const seen: Seen = { main: import.meta.main, args: process.argv.slice(2), self: process.argv[1]!, twice: twice(21) };
        console.log(JSON.stringify(seen));`,
      "other.ts": `export const twice = (value: number): number => 2 * value;`,
    });
    const { stdout, stderr, exitCode } = await run(folder.path, "script.ts", "1", "--", "first", "--second");
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(JSON.parse(stdout)).toEqual({
      main: true,
      args: ["first", "--second"],
      self: `${folder.path}/script.ts`,
      twice: 42,
    });
  });

  test("its exit code is the command's", async () => {
    using folder = scriptFolder({
      "exit.js": "process.exit(7);",
      "code.js": "process.exitCode = 9;",
      "late.js": "setTimeout(() => process.exit(11), 10);",
    });
    expect((await run(folder.path, "exit.js")).exitCode).toBe(7);
    expect((await run(folder.path, "code.js")).exitCode).toBe(9);
    expect((await run(folder.path, "late.js")).exitCode).toBe(11);
  });

  test("its uncaught errors end it as they end Bun: printed, exit code 1", async () => {
    using folder = scriptFolder({
      "throws.js": `throw new TypeError("thrown on purpose");`,
      "rejects.js": `setTimeout(() => Promise.reject(new RangeError("rejected on purpose")), 5);`,
      "broken.js": "const = 1;",
    });
    const thrown = await run(folder.path, "throws.js");
    expect(thrown.stderr).toContain("thrown on purpose");
    expect(thrown.exitCode).toBe(1);
    const rejected = await run(folder.path, "rejects.js");
    expect(rejected.stderr).toContain("rejected on purpose");
    expect(rejected.exitCode).toBe(1);
    const broken = await run(folder.path, "broken.js");
    expect(broken.stderr).toContain("broken.js");
    expect(broken.exitCode).toBe(1);
  });
});
