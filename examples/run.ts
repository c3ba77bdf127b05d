/** A program as a model would write it, over tools with schemas: its value, what it printed, what it called and used. */
import { EvaluationError } from "network-runtime";
import { defineTools, run } from "network-runtime/run";
import { z } from "zod";

const products = [
  { name: "green tea", price: 3 },
  { name: "black tea", price: 4 },
  { name: "cake", price: 5 },
];

const tools = defineTools({
  search: {
    description: "Finds products whose name contains the query.",
    input: z.object({ query: z.string().describe("part of a name"), limit: z.int().min(1).max(10).default(5) }),
    output: z.array(z.object({ name: z.string(), price: z.number() })),
    run: ({ query, limit }) => products.filter(({ name }) => name.includes(query)).slice(0, limit),
  },
});

// This goes into the prompt.
console.log(tools.declarations());

const programs = [
  `const found = await tools.search({ query });
   console.log("found", found.length);
   found.reduce((sum, { price }) => sum + price, 0)`,
  `await tools.search({ query: 5 })`,
  `while (true);`,
];

for (const program of programs) {
  const result = await run(program, { tools, args: { query: "tea" }, limits: { cpuMs: 50, memoryMb: 32 } });
  if (result.ok) console.log(result.reason, result.value);
  else
    console.log(
      result.reason,
      result.error instanceof EvaluationError ? result.error.guest.message : result.error.code,
    );
  for (const { text } of result.logs) console.log("  printed:", text);
  for (const { name, input, ok } of result.toolCalls)
    console.log(`  called: ${name}(${input}) ${ok ? "well" : "in vain"}`);
}
