// An LLM agent as a guest: OpenAI's SDK and its tool-calling loop, bundled into one script. The agent reaches the model's
// API and nothing else, its tools are the host's functions, and the API's key never enters the isolate.
//   bun examples/agent/main.ts                      with a stand-in for the model
//   OPENAI_API_KEY=… bun examples/agent/main.ts     with OpenAI's (OPENAI_BASE_URL, OPENAI_MODEL: with another)
import { V8Sandbox } from "network-runtime";
import { fetchProxy } from "network-runtime/net";
import { fileURLToPath } from "node:url";
import { STAND_IN_KEY, startStandIn } from "./stand-in.ts";

const { OPENAI_API_KEY, OPENAI_BASE_URL = "https://api.openai.com/v1", OPENAI_MODEL = "gpt-4o-mini" } = process.env;
await using standIn = OPENAI_API_KEY ? undefined : startStandIn();
const baseURL = standIn?.baseURL ?? OPENAI_BASE_URL;
const key = OPENAI_API_KEY || STAND_IN_KEY;

const { outputs } = await Bun.build({
  entrypoints: [fileURLToPath(new URL("guest/agent.ts", import.meta.url))],
  target: "browser",
  format: "iife",
});

using sandbox = new V8Sandbox({ cpuMs: 2000, memoryMb: 64 });
const worker = await sandbox.createIsolate();

// The network: one origin, and the host's own credentials on the way out.
const proxy = fetchProxy({
  allow: [new URL(baseURL).origin],
  onRequest: ({ headers }) => headers.set("authorization", `Bearer ${key}`),
});
worker.onRequest("fetch", proxy);

// The tools. What the agent sends is data from outside: a model, and whoever talked it into something.
const orders = new Map([["Alice", ["tea", "cake"]]]);
worker.onRequest("orders", ({ customer }: { customer: unknown }) => {
  console.log(`(tool) orders of ${JSON.stringify(customer)}`);
  return orders.get(String(customer)) ?? [];
});
worker.on("said", (text: string) => void process.stdout.write(text));

await worker.evaluate(await outputs[0]!.text(), { filename: "agent.js" });
await worker.request("ask", { baseURL, model: OPENAI_MODEL, question: "What did Alice order?" });

console.log(`\n(${proxy.stats().requests} requests)`);
