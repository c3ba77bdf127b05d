/** What the spec's plain JavaScript does must compile in TypeScript without annotations. Checked by tsc, never run. */
import { bundleGuest } from "../../lib/bundle/index.ts";
import { SandboxError, V8Sandbox, moduleDirectory } from "../../lib/index.ts";
import type { EvaluateOptions, Isolate } from "../../lib/index.ts";
import { fetchProxy, webSocketGateway } from "../../lib/net/index.ts";

declare const database: { query(text: string): Promise<unknown[]> };

const sandbox = new V8Sandbox();
const worker = await sandbox.createIsolate();

worker.on("result", (data) => console.log(data.answer));
worker.on("console", ({ level, args }) => console[level as "log"]("[Worker]:", ...args));
worker.on("ws.open", ({ conn_id, url }, { isolate, event }) => {
  isolate.send("__ws_event", { conn_id, event_type: "error", data: { message: url + event } });
});
worker.onRequest("getData", async (params) => ({ data: await database.query(params.query) }));
worker.onRequest("now", () => Date.now());
worker.onRequest("fetch", async (data, { signal }) => {
  const response = await fetch(data.url, { method: data.method, headers: data.headers, body: data.body, signal });
  return { ok: response.ok, headers: Object.fromEntries(response.headers), body: await response.text() };
});
worker.send("custom-event", { message: "Hello worker!" });
worker.send("nothing");
worker.onSystem("terminated", (data) => {
  const reason: string = data.reason;
  const limit: number | undefined = data.limitMs;
  console.log(reason, limit);
});
worker.onSystem("error", ({ name, message, stack, filename, lineno }) => [name, message, stack, filename, lineno]);
worker.onConsole(({ level, args }) => console[level](...args));

const handler = (data: { x: number }): void => console.log(data.x);
const same: Isolate = worker
  .on("event", handler)
  .off("event", handler)
  .once("event", async () => {});
const asynchronous = async (data: string): Promise<number> => data.length;
worker.on("async", asynchronous);
worker.onRequest("async", asynchronous);

const untyped = await worker.evaluate("({ a: 1 })");
console.log(untyped.a.b.c, same);
const typed: number = await worker.evaluate<number>("1", {
  filename: "a.js",
  timeoutMs: 5,
  signal: AbortSignal.abort(),
});
const answer: string = await worker.request<string>("render", { text: "x" }, { timeoutMs: 5 });
const anything = await worker.request("render");
console.log(typed, answer, anything.length);

try {
  worker.destroy();
} catch (error) {
  if (error instanceof SandboxError) console.log(error.code.length);
}

{
  using short = await sandbox.createIsolate({ cpuMs: 5, memoryMb: undefined });
  await using long = await sandbox.createIsolate();
  console.log(short.id + long.id, short.stats().cpuMs, sandbox.stats().running, sandbox.versions.v8);
}

// @ts-expect-error a script is a string
worker.execute(5);
// @ts-expect-error there is no such system event
worker.onSystem("exploded", () => {});
// @ts-expect-error a handler is a function
worker.on("x", 5);
// @ts-expect-error options are checked
new V8Sandbox({ memory: 5 });
// @ts-expect-error limits are numbers
await sandbox.createIsolate({ cpuMs: "5" });
// @ts-expect-error threads belong to the sandbox
await sandbox.createIsolate({ threads: 5 });
// Options in variables, in which TypeScript itself lets misspelt names pass.
const misspelt = { timeout: 5, filename: "a.js" };
const whatever: Record<string, unknown> = { timeout: 5 };
// @ts-expect-error a literal
await worker.evaluate("1", { timeout: 5 });
// @ts-expect-error a literal, where the result's type is given
await worker.evaluate<number>("1", { timeout: 5 });
// @ts-expect-error a variable with one known name
await worker.evaluate("1", misspelt);
// @ts-expect-error a spread
await worker.evaluate("1", { ...misspelt });
// @ts-expect-error any names
await worker.evaluate("1", whatever);
// @ts-expect-error a call without signal and timeout
worker.execute("1", misspelt);
// @ts-expect-error a call without a file name
await worker.request("x", 1, misspelt);
// @ts-expect-error limits
await sandbox.createIsolate({ ...{ cpu: 5 }, memoryMb: 64 });
// @ts-expect-error the network
fetchProxy({ ...{ timeout: 5 }, allow: [] });
// @ts-expect-error the network
webSocketGateway(worker, { ...{ timeout: 5 }, allow: [] });
fetchProxy({ allow: (url, { isolate }) => url.host === `${isolate.id}`, log: ({ status }) => console.log(status) });
declare const maybe: EvaluateOptions | undefined;
await worker.evaluate("1", maybe);
await worker.evaluate("1", Math.random() > 0.5 ? { timeoutMs: 5 } : { filename: "x.js" });

// @ts-expect-error ids do not change
worker.id = 5;
// @ts-expect-error isolates are made by createIsolate
worker.core;
// @ts-expect-error one result type at a time
const wrong: string = await worker.evaluate<number>("1");
console.log(wrong);

worker.expose("tools", { search: async (query, ctx) => [query.trim(), ctx.signal], db: { get: (key) => key.length } });
const sum = await worker.evaluate("a + b", { args: { a: 1, b: [2] } });
console.log(sum.toFixed(), worker.data.whatever, worker.name?.length, sandbox.isolates()[0]?.id);
const row = { id: 1 } as { id: number };
await worker.evaluate("id", { args: row, timeoutMs: 5 });

const plugin = await worker.import("./main.js", {
  modules: { "./main.js": "", lib: { source: "", language: "ts" } },
  timeoutMs: 5,
});
console.log(await plugin.handler({ any: "thing" }), plugin.constant.whatever);
const typedPlugin = await worker.import<typeof import("./fixtures/plugin.ts")>("./plugin.ts", {
  modules: [moduleDirectory("x"), async (name, { referrer, signal }) => (signal.aborted ? referrer : `${name}`)],
});
const count: Promise<number> = typedPlugin.count(["a"], AbortSignal.timeout(5));
const limit: number = typedPlugin.limit;
console.log(count, limit, await typedPlugin.later("x"));
// @ts-expect-error the argument's type
await typedPlugin.count([1]);
// @ts-expect-error no such export
typedPlugin.none;
// @ts-expect-error results are promises
const now: number = typedPlugin.count([]);
console.log(now);
// @ts-expect-error an option of another call
await worker.import("./main.js", { args: {} });
// @ts-expect-error a module's text
await worker.import("./main.js", { modules: { "./main.js": 5 } });
// @ts-expect-error a language that there is not
await worker.evaluate("1", { language: "coffee" });
await worker.evaluate("return 1", {
  language: "ts",
  functionBody: true,
  lineOffset: 3,
  columnOffset: 1,
  sourceMap: {},
});
const bundle = await bundleGuest("x.ts", { nodeModules: ["buffer"], minify: true });
await worker.import(bundle.entry, { modules: bundle.modules });
// @ts-expect-error a module that no package stands for
await bundleGuest("x.ts", { nodeModules: ["fs"] });
