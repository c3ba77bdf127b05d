// Cloudflare's code mode without Workers: bun examples/codemode.ts. What a model would write is here as text.
import { createBrowserCodeTool } from "@cloudflare/codemode/browser";
import { createExecutor } from "../lib/codemode/index.ts";

const search = {
  name: "search",
  description: "Finds products by their name.",
  inputSchema: { type: "object" as const, properties: { query: { type: "string" as const } }, required: ["query"] },
  execute: async ({ query }: { query: string }) => [`green ${query}`, `black ${query}`],
};

const executor = createExecutor({ limits: { cpuMs: 500, memoryMb: 64 } });
const code = createBrowserCodeTool({ tools: { search } as never, executor: executor as never });
const program = `async () => {
  const found = await codemode.search({ query: "tea" });
  return found.map((name) => name.toUpperCase());
}`;
console.log(JSON.stringify(await code.execute({ code: program } as never)));
