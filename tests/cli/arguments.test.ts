import { describe, expect, test } from "bun:test";
import { parseArguments } from "../../lib/cli/line/arguments.ts";
import { UsageError } from "../../lib/cli/line/usage.ts";

const parsed = (...args: string[]): unknown => parseArguments(args);
const run = (script: string, defaults: object, scriptArguments: string[] = []): object => ({
  kind: "script",
  script,
  defaults,
  scriptArguments,
});

describe("what is understood", () => {
  test("a script alone leaves all defaults to the library", () => {
    expect(parsed("script.js")).toEqual(run("script.js", {}));
  });

  test("the positional numbers of the documentation's example", () => {
    expect(parsed("script.js", "4", "10000", "128")).toEqual(
      run("script.js", { threads: 4, cpuMs: 10_000, memoryMb: 128 }),
    );
    expect(parsed("script.js", "4")).toEqual(run("script.js", { threads: 4 }));
  });

  test("0 is unlimited for CPU and memory and the library's choice for threads", () => {
    expect(parsed("script.js", "0", "0", "0")).toEqual(run("script.js", { cpuMs: 0, memoryMb: 0 }));
  });

  test("flags, with a space or an equals sign, before or after the script", () => {
    expect(parsed("--threads", "2", "script.ts", "--cpu=50", "--memory", "64")).toEqual(
      run("script.ts", { threads: 2, cpuMs: 50, memoryMb: 64 }),
    );
  });

  test("flags and positional numbers together, where they do not meet", () => {
    expect(parsed("script.js", "2", "--memory=64")).toEqual(run("script.js", { threads: 2, memoryMb: 64 }));
  });

  test("what follows -- is the script's", () => {
    expect(parsed("script.js", "2", "--", "--cpu", "x", "--", "--help")).toEqual(
      run("script.js", { threads: 2 }, ["--cpu", "x", "--", "--help"]),
    );
  });

  test("--help and --version", () => {
    expect(parsed("--help")).toEqual({ kind: "help" });
    expect(parsed("-h")).toEqual({ kind: "help" });
    expect(parsed("--version")).toEqual({ kind: "version" });
    expect(parsed("-v")).toEqual({ kind: "version" });
  });
});

describe("what is refused, and how the message names it", () => {
  const cases: [what: string, args: string[], message: string][] = [
    ["nothing", [], "no script is given"],
    ["only numbers' flags", ["--threads=2"], "no script is given"],
    ["an unknown option", ["script.js", "--thread=2"], "unknown option --thread=2; did you mean --threads?"],
    ["another unknown option", ["script.js", "--mem=2"], "unknown option --mem=2; did you mean --memory?"],
    ["an option like no other", ["script.js", "--xyzzy"], "unknown option --xyzzy"],
    ["a word for a number", ["script.js", "four"], 'threads must be a whole number, 0 or more; got "four"'],
    ["a negative number", ["script.js", "4", "-1"], 'cpu_ms must be a whole number, 0 or more; got "-1"'],
    ["a fraction", ["script.js", "--cpu=1.5"], '--cpu must be a whole number, 0 or more; got "1.5"'],
    ["an empty value", ["script.js", "--memory="], '--memory must be a whole number, 0 or more; got ""'],
    ["a missing value", ["script.js", "--memory"], "--memory needs a number"],
    ["a flag given twice", ["script.js", "--cpu=1", "--cpu=2"], "cpu_ms is given twice"],
    ["a flag and its position", ["script.js", "4", "--threads=4"], "threads is given twice"],
    ["a fourth number", ["script.js", "1", "2", "32", "4"], "unexpected argument 4"],
    ["more threads than there may be", ["script.js", "257"], "threads: threads must be an integer of 1 to 256"],
    ["too little memory for an isolate", ["script.js", "--memory=1"], "memory_mb: memoryMb must be an integer of 8"],
  ];
  test.each(cases)("%s", (_, args, message) => {
    expect(() => parsed(...args)).toThrow(UsageError);
    expect(() => parsed(...args)).toThrow(message);
  });
});
