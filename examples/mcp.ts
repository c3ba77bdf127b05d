// A server of the Model Context Protocol whose clients' models write programs: bun examples/mcp.ts, over the standard streams.
// In a client's configuration: { "command": "bun", "args": ["examples/mcp.ts"] }
import { z } from "zod";
import { serveStdio } from "../lib/mcp/index.ts";
import { defineTools } from "../lib/run/index.ts";

const products = [
  { name: "green tea", price: 3 },
  { name: "black tea", price: 2 },
  { name: "cake", price: 5 },
];

const tools = defineTools({
  search: {
    description: "Finds products by their name.",
    input: z.object({ query: z.string() }),
    run: ({ query }) => products.filter(({ name }) => name.includes(query)),
  },
});

await serveStdio({ tools, limits: { cpuMs: 500, memoryMb: 64 } });
