// The AI SDK's own loop, with a model whose answers were recorded.
import { describe, expect, test } from "bun:test";
import { generateText, stepCountIs, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { z } from "zod";
import { executeCode } from "../../lib/ai/index.ts";
import type { Told } from "../../lib/ai/index.ts";
import { OptionError } from "../../lib/index.ts";
import { defineTools } from "../../lib/run/index.ts";
import { BAD, GOOD, limits, weather } from "./programs.ts";

const fetchWeather = tool({
  description: "Get weather for a city",
  inputSchema: z.object({ location: z.string() }),
  execute: weather,
});

const written = (code: string): string => code.replaceAll("CALL", "tools.fetchWeather");
const made = await executeCode({ tools: { fetchWeather }, limits });

async function execute(code: string, executable = made, abortSignal?: AbortSignal): Promise<Told> {
  const options = { toolCallId: "1", messages: [], ...(abortSignal && { abortSignal }) };
  return (await executable.execute!({ code }, options as never)) as Told;
}

describe("executeCode", () => {
  test.each(GOOD)("a program that $name", async ({ code, value }) => {
    expect(await execute(written(code))).toMatchObject({ ok: true, value: value ?? null });
  });

  test.each(BAD)("a program that $name", async ({ code, message }) => {
    const told = await execute(written(code));
    expect(told.ok).toBe(false);
    if (!told.ok) expect(told.error.message).toMatch(message);
    expect(JSON.stringify(told).length).toBeLessThan(10_000);
  });

  test("in the SDK's loop: the model writes a program, is told its value, and answers", async () => {
    const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
    const program = written(GOOD[0]!.code);
    const model = new MockLanguageModelV4({
      doGenerate: [
        {
          content: [
            { type: "tool-call", toolCallId: "1", toolName: "executeCode", input: JSON.stringify({ code: program }) },
          ],
          ...{ finishReason: { unified: "tool-calls", raw: undefined }, usage, warnings: [] },
        },
        {
          content: [{ type: "text", text: "Tokyo." }],
          finishReason: { unified: "stop", raw: undefined },
          usage,
          warnings: [],
        },
      ] as never,
    });
    const { text, steps } = await generateText({
      ...{ model, tools: { executeCode: made }, prompt: "Where is it warmest?", stopWhen: stepCountIs(3) },
    });
    expect(text).toBe("Tokyo.");
    expect(steps[0]!.toolResults[0]!.output).toMatchObject({ ok: true, value: { warmestCity: "Tokyo" } });
    const [first] = model.doGenerateCalls;
    expect(JSON.stringify(first!.tools)).toContain("fetchWeather(input:");
  });

  test("checks what a program gives a tool by the tool's own schema, and leaves out tools that are not its to call", async () => {
    const told = await execute("return await tools.fetchWeather({ location: 7 }).catch((error) => error.code)");
    expect(told).toMatchObject({ ok: true, value: "ERR_INPUT" });
    const others = {
      fetchWeather,
      buy: tool({ inputSchema: z.object({}), needsApproval: true, execute: async () => "bought" }),
      ask: tool({ inputSchema: z.object({}) }),
    };
    const careful = await executeCode({ tools: others as never, limits });
    expect(await execute("return Object.keys(tools)", careful)).toMatchObject({ value: ["fetchWeather"] });
  });

  test("takes tools of defineTools, and TypeScript; tells values as JSON can say them, no longer than allowed", async () => {
    const tools = defineTools({ add: { input: z.object({ a: z.number(), b: z.number() }), run: ({ a, b }) => a + b } });
    const short = await executeCode({ tools, limits, valueLengthMax: 100, description: "Mine." });
    expect(short.description).toStartWith("Mine.\n\nThe program may call:\n\ndeclare const tools: {\n  add(input:");
    expect(await execute("const n: number = await tools.add({ a: 1, b: 2 }); return n;", short)).toMatchObject({
      value: 3,
    });
    expect(
      await execute(
        "return { n: 1n, m: new Map([[1, 2]]), s: new Set([3]), b: new Uint8Array(4), u: undefined }",
        short,
      ),
    ).toEqual({
      ...{ ok: true, value: { n: "1", m: [[1, 2]], s: [3], b: "(4 bytes)" } },
    });
    const long = await execute("return 'x'.repeat(1e6)", short);
    expect(long.ok && String(long.value).length).toBeLessThan(250);
    const circle = await execute("const o = {}; o.o = o; return o", short);
    expect(circle.ok && circle.value).toContain("cannot be JSON");
    await expect(executeCode({ valueLengthMax: 0 })).rejects.toThrow(OptionError);
    await expect(executeCode({ tool: {} } as object)).rejects.toThrow("did you mean tools?");
  });

  test("is given up with the SDK's signal", async () => {
    expect(await execute("await new Promise(() => {})", made, AbortSignal.timeout(20))).toMatchObject({
      reason: "aborted",
    });
  });
});
