/** Typed isolates: names and data of both directions are checked. Checked by tsc, never run. */
import { V8Sandbox, tool } from "../../lib/index.ts";
import type { CallContext, GuestApi, HostApi, Isolate, Protocol, StandardSchema } from "../../lib/index.ts";

interface Calculator {
  toGuest: { compute: { x: number; y: number }; stop: undefined };
  fromGuest: { result: { answer: number }; log: string };
  hostMethods: { load(name: string): string; save(entry: { name: string; text: string }): void };
  guestMethods: { double(value: number): number; names(): Promise<string[]> };
}

const sandbox = new V8Sandbox();
const isolate: Isolate<Calculator> = await sandbox.createIsolate<Calculator>({ cpuMs: 100 });

isolate
  .on("result", ({ answer }) => console.log(answer.toFixed(2)))
  .once("log", (text, { event }) => console.log(text.toUpperCase(), event));
isolate.send("compute", { x: 1, y: 2 });
isolate.send("stop");
isolate.onRequest("load", async (name) => name.toLowerCase());
isolate.onRequest("load", (name, { signal }) => `${name} ${signal.aborted}`);
isolate.onRequest("save", ({ name, text }) => void [name, text]);
const doubled: number = await isolate.request("double", 4, { timeoutMs: 5 });
const names: string[] = await isolate.request("names");
const overridden: bigint = await isolate.request<bigint>("double", 4);
console.log(doubled, names, overridden);

// @ts-expect-error no such event
isolate.on("results", () => {});
// @ts-expect-error the data has no such field
isolate.on("result", ({ question }) => console.log(question));
// @ts-expect-error wrong data
isolate.send("compute", { x: 1 });
// @ts-expect-error data is missing
isolate.send("compute");
// @ts-expect-error no such event
isolate.send("result", { answer: 1 });
// @ts-expect-error wrong result
isolate.onRequest("load", () => 5);
// @ts-expect-error no such method
isolate.onRequest("double", () => 5);
// @ts-expect-error no such method
await isolate.request("triple", 4);
// @ts-expect-error wrong argument
await isolate.request("double", "4");
// @ts-expect-error wrong result
const text: string = await isolate.request("double", 4);
console.log(text);

// What a protocol leaves out is untyped.
interface OneWay extends Protocol {
  fromGuest: { tick: number };
}
const partial = await sandbox.createIsolate<OneWay>();
partial.on("tick", (tick) => tick.toFixed());
partial.send("anything", { at: "all" });
partial.onRequest("anything", (data) => data.whatever);
// @ts-expect-error but what it declares is checked
partial.on("tock", () => {});

// What is exposed is typed on both sides, and so is what the host keeps.
interface Agent {
  exposed: {
    tools: {
      search(query: string, limit?: number): string[];
      db: { get(key: string): Promise<{ n: number } | undefined> };
      now(): number;
      insert(row: { id: number }): boolean;
    };
  };
  args: { query: string; limit: number };
  data: { tenant: string };
}
declare const rowSchema: StandardSchema<{ id: number }, { id: number; at: Date }>;
const agent = await sandbox.createIsolate<Agent>({ name: "agent", data: { tenant: "a" } });
const tenant: string = agent.data.tenant;
agent.expose("tools", {
  search: async (query, limit, { signal, isolate, name }) => [
    query.trim(),
    `${limit} ${signal.aborted} ${isolate} ${name}`,
  ],
  db: { get: (key, ctx) => (ctx.signal.aborted ? undefined : { n: key.length }) },
  now: () => Date.now(),
  insert: tool(rowSchema, ({ id, at }, ctx) => at.getTime() > id && ctx.name !== ""),
});
const api: HostApi<Agent["exposed"]["tools"]> = {
  search: (query) => [query],
  db: { get: async () => undefined },
  now: (ctx: CallContext) => ctx.isolate.id,
  insert: async ({ id }) => id > 0,
};
agent.expose("tools", api);
declare const tools: GuestApi<Agent["exposed"]["tools"]>;
const found: string[] = await tools.search("tea");
const row: { n: number } | undefined = await tools.db.get("key", AbortSignal.timeout(5));
console.log(tenant, found, row, await tools.search("tea", 5, AbortSignal.timeout(5)));

// @ts-expect-error no such API
agent.expose("toolz", api);
// @ts-expect-error members are missing
agent.expose("tools", { search: (query) => [query] });
// @ts-expect-error wrong result
agent.expose("tools", { ...api, now: () => "now" });
// @ts-expect-error wrong argument
agent.expose("tools", { ...api, db: { get: (key: number) => ({ n: key }) } });
// @ts-expect-error wrong data
await sandbox.createIsolate<Agent>({ data: { tenant: 1 } });
// @ts-expect-error the guest's are asynchronous
const now: number = tools.now();
// @ts-expect-error wrong argument
await tools.search(5);
console.log(now);

// So is what is bound in scripts, each of which gets what it needs.
await agent.evaluate("query + limit", { args: { query: "tea", limit: 5 } });
await agent.evaluate("query", { args: { query: "tea" }, timeoutMs: 5 });
await agent.evaluate("1", { args: undefined });
// @ts-expect-error wrong value
await agent.evaluate("query", { args: { query: 5 } });
// @ts-expect-error no such name
await agent.evaluate("question", { args: { question: "tea" } });
// @ts-expect-error an object
await isolate.evaluate("1", { args: 5 });

// Reasons are a closed list.
agent.onSystem("terminated", ({ reason }) => {
  // @ts-expect-error no such reason
  if (reason === "cpu_limit") return;
  if (reason === "cpu_limit_exceeded") return;
});
agent.onSystem("destroyed", ({ reason }) => console.log(reason === "shutdown" || reason === "memory_limit_exceeded"));
