// TanStack AI's own code mode, with our isolates behind it.
import { describe, expect, test } from "bun:test";
import { toolDefinition } from "@tanstack/ai";
import { createCodeMode } from "@tanstack/ai-code-mode";
import type { IsolateDriver } from "@tanstack/ai-code-mode";
import { z } from "zod";
import { OptionError } from "../../lib/index.ts";
import { createIsolateDriver } from "../../lib/tanstack/index.ts";
import { BAD, GOOD, limits, weather } from "./programs.ts";

const driver: IsolateDriver = createIsolateDriver({ limits });

const fetchWeather = toolDefinition({
  name: "fetchWeather",
  description: "Get weather for a city",
  inputSchema: z.object({ location: z.string() }),
  outputSchema: z.object({ location: z.string(), temperature: z.number() }),
}).server(weather);

interface Answer {
  success: boolean;
  result?: unknown;
  logs?: string[];
  error?: { message: string; name?: string };
}

async function execute(code: string, events: string[] = []): Promise<Answer> {
  const { tool } = createCodeMode({ driver, tools: [fetchWeather] });
  const context = { emitCustomEvent: (name: string) => void events.push(name) };
  return (await tool.execute!({ typescriptCode: code }, context as never)) as Answer;
}

const written = (code: string): string => code.replaceAll("CALL", "external_fetchWeather");

describe("createCodeMode", () => {
  test.each(GOOD)("a program that $name", async ({ code, value }) => {
    const { success, result } = await execute(written(code));
    expect({ success, result }).toEqual({ success: true, result: value });
  });

  // Its own parser refuses some before any isolate sees them.
  test.each(BAD)("a program that $name", async ({ code, message }) => {
    const { success, error } = await execute(written(code));
    expect(success).toBe(false);
    expect(error?.message).toMatch(message);
  });

  test("tells of calls and of what is printed, by level", async () => {
    const events: string[] = [];
    const { logs } = await execute(written(GOOD[1]!.code), events);
    expect(logs).toEqual(["Fetching weather…", "WARN: failed: There is no weather in Atlantis."]);
    expect(events).toContain("code_mode:external_call");
    expect(events.filter((name) => name === "code_mode:console").length).toBe(2);
  });
});

describe("the driver", () => {
  const bindings = {
    double: { name: "double", description: "", inputSchema: {}, execute: async (n: unknown) => Number(n) * 2 },
  };

  test("keeps what structured clone keeps, and nothing from one program to the next", async () => {
    const context = await driver.createContext({ bindings });
    const first = await context.execute("globalThis.kept = 1; return new Map([[1n, await double(4)]])");
    expect(first.value).toEqual(new Map([[1n, 8]]));
    expect((await context.execute("return typeof kept")).value).toBe("undefined");
    await context.dispose();
    expect((await context.execute("return 1")).error?.name).toBe("AbortError");
  });

  test("names places in the program as the model wrote it", async () => {
    const context = await driver.createContext({ bindings });
    const { error } = await context.execute("throw new TypeError('here')");
    expect(error).toMatchObject({ name: "TypeError", message: "here" });
    expect(error?.stack).toContain("program.js:1:7");
  });

  test("takes code mode's limits where it has none of its own", async () => {
    const context = await createIsolateDriver().createContext({ bindings: {}, timeout: 50, memoryLimit: 1 });
    expect((await context.execute("await new Promise(() => {})")).error?.message).toContain("50 ms");
    expect((await context.execute("return new Uint8Array(20e6).length")).success).toBe(false);
    expect(() => createIsolateDriver({ limit: {} } as object)).toThrow("did you mean limits?");
    await expect(
      createIsolateDriver({ limits: { cpuMs: -1 } })
        .createContext({ bindings: {} })
        .then((it) => it.execute("1")),
    ).rejects.toThrow(OptionError);
  });
});
