import { describe, expect, test } from "bun:test";
import { parseArguments } from "../../lib/cli/line/arguments.ts";
import type { GuestSettings } from "../../lib/cli/line/guest-arguments.ts";
import { UsageError } from "../../lib/cli/line/usage.ts";

const settings: GuestSettings = { limits: {}, isolation: "isolate", allow: [], args: {}, tools: undefined };
const plain = { settings, language: undefined, bundle: false, json: false };

describe("what is understood", () => {
  test("a file, code, lines, a look at the system", () => {
    expect(parseArguments(["run", "guest.ts"])).toEqual({ kind: "run", what: "guest.ts", ...plain });
    expect(parseArguments(["eval", "1 + 1"])).toEqual({ kind: "eval", what: "1 + 1", ...plain });
    expect(parseArguments(["run", "-"])).toEqual({ kind: "run", what: "-", ...plain });
    expect(parseArguments(["eval", "--", "-1"])).toEqual({ kind: "eval", what: "-1", ...plain });
    expect(parseArguments(["repl"])).toEqual({ kind: "repl", settings });
    expect(parseArguments(["doctor", "--json"])).toEqual({ kind: "doctor", json: true });
  });

  test("everything there is", () => {
    const line =
      "run guest.ts --allow-net=https://api.example.com --allow-net *.cdn.example.com --cpu 100 --memory=32 --wall=0 " +
      "--arg who=me=you --arg list:=[1,2] --tools ./tools.ts --isolation process --language tsx --bundle --json";
    expect(parseArguments(line.split(" "))).toEqual({
      ...{ kind: "run", what: "guest.ts", language: "tsx", bundle: true, json: true },
      settings: {
        limits: { cpuMs: 100, memoryMb: 32, wallMs: 0 },
        isolation: "process",
        allow: ["https://api.example.com", "*.cdn.example.com"],
        args: { who: "me=you", list: [1, 2] },
        tools: "./tools.ts",
      },
    });
  });

  test("help, wherever it is asked for", () => {
    for (const word of ["run", "eval", "repl", "doctor"]) {
      expect(parseArguments([word, "--help"])).toEqual({ kind: "help" });
      expect(parseArguments([word, "-h"])).toEqual({ kind: "help" });
    }
  });

  test("a host script of a command's name, by its path", () => {
    expect(parseArguments(["./run", "2"])).toMatchObject({ kind: "script", script: "./run", defaults: { threads: 2 } });
  });
});

describe("what is refused, and how the message names it", () => {
  const cases: [what: string, args: string[], message: string][] = [
    ["no file", ["run"], "run needs a file, or - for standard input"],
    ["no code", ["eval", "--json"], "eval needs code"],
    ["two files", ["run", "a.ts", "b.ts"], "unexpected argument b.ts"],
    ["a file for the REPL", ["repl", "a.ts"], "unexpected argument a.ts"],
    ["something for the doctor", ["doctor", "head"], "unexpected argument head"],
    [
      "an unknown option",
      ["run", "a.ts", "--allow-nett=x"],
      "unknown option --allow-nett=x; did you mean --allow-net?",
    ],
    ["another", ["run", "a.ts", "--mem", "5"], "unknown option --mem; did you mean --memory?"],
    ["another command's", ["repl", "--json"], "unknown option --json"],
    ["one for the doctor", ["doctor", "--jsn"], "unknown option --jsn; did you mean --json?"],
    ["a short one", ["run", "a.ts", "-j"], "unknown option -j"],
    ["a negation", ["run", "a.ts", "--no-json"], "unknown option --no-json"],
    ["a missing value", ["run", "a.ts", "--cpu"], "--cpu needs a value"],
    ["a value too many", ["run", "a.ts", "--json=5"], "--json takes no value"],
    ["an option given twice", ["run", "a.ts", "--cpu=1", "--cpu=2"], "--cpu is given twice"],
    ["a word for a number", ["run", "a.ts", "--cpu=fast"], '--cpu must be a whole number, 0 or more; got "fast"'],
    ["too little memory", ["run", "a.ts", "--memory=1"], "--memory: memoryMb must be"],
    ["an unknown language", ["run", "a.ts", "--language=tss"], '--language has no "tss"; did you mean ts?'],
    ["an unknown isolation", ["run", "a.ts", "--isolation=x"], '--isolation has no "x"; there are: isolate, process'],
    ["an arg without a value", ["run", "a.ts", "--arg", "x"], "--arg x: it must be NAME=TEXT or NAME:=JSON"],
    ["an arg that is no name", ["run", "a.ts", "--arg", "a-b=1"], '--arg a-b=1: the name "a-b" is no identifier'],
    ["an arg that is no JSON", ["run", "a.ts", "--arg", "a:={"], "--arg a:={: no JSON"],
  ];
  test.each(cases)("%s", (_, args, message) => {
    expect(() => parseArguments(args)).toThrow(UsageError);
    expect(() => parseArguments(args)).toThrow(message);
  });
});
