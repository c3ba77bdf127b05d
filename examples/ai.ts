// The AI SDK with programs instead of tool calls: bun examples/ai.ts. The model here is a stand-in whose answers were recorded;
// with one of the SDK's providers the rest is the same.
import { generateText, stepCountIs } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { z } from "zod";
import { executeCode } from "../lib/ai/index.ts";
import { defineTools } from "../lib/run/index.ts";

const tools = defineTools({
  orders: {
    description: "Orders of a customer.",
    input: z.object({ customer: z.string() }),
    run: ({ customer }) =>
      customer === "Alice"
        ? [
            { item: "tea", price: 3 },
            { item: "cake", price: 5 },
          ]
        : [],
  },
});

const program = `
  const orders = await tools.orders({ customer: "Alice" });
  return orders.reduce((sum: number, { price }: { price: number }) => sum + price, 0);`;
const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
const recorded = [
  {
    content: [
      { type: "tool-call", toolCallId: "1", toolName: "executeCode", input: JSON.stringify({ code: program }) },
    ],
    ...{ finishReason: { unified: "tool-calls" }, usage, warnings: [] },
  },
  {
    content: [{ type: "text", text: "Alice has ordered for 8." }],
    ...{ finishReason: { unified: "stop" }, usage, warnings: [] },
  },
];
const model = new MockLanguageModelV4({ doGenerate: recorded as never });

const { text, steps } = await generateText({
  model,
  tools: { executeCode: await executeCode({ tools, limits: { cpuMs: 500, memoryMb: 64 } }) },
  prompt: "For how much has Alice ordered?",
  stopWhen: stepCountIs(3),
});
console.log(JSON.stringify(steps[0]?.toolResults[0]?.output));
console.log(text);
