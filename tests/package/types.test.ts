// A user's project judges the package's declarations by its own tsconfig.json: under each that there may be it is clean.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { bundler, CHECKING_MS, dom, node16, nodeNext, PACKING_MS, picky, TypedProject } from "./project.ts";

const project = new TypedProject();

/** Uses what needs nothing of a platform. */
const BARE = `
import { Isolate, SandboxError, V8Sandbox } from "network-runtime";
import type { EventHandler, GuestFunction, IsolateStats, RequestHandler, SandboxOptions, Termination } from "network-runtime";
import { fetchProxy, NetworkError, webSocketGateway } from "network-runtime/net";
import type { FetchProxyOptions, WebSocketGateway } from "network-runtime/net";
import { bundleGuest } from "network-runtime/bundle";
import type { Imported, Modules } from "network-runtime";
import { IsolatePool, PoolExhaustedError } from "network-runtime/pool";
import { defineTools, run } from "network-runtime/run";
import type { RunResult, ToolDescription } from "network-runtime/run";

interface Calculator {
  toGuest: { compute: { x: number; y: number } };
  fromGuest: { result: { answer: number } };
  hostMethods: { load(name: string): string };
  guestMethods: { double(value: number): number };
}

const options: SandboxOptions = { threads: 2, memoryMb: 64 };
export async function main(): Promise<string> {
  const sandbox = new V8Sandbox(options);
  const worker = await sandbox.createIsolate<Calculator>({ cpuMs: 100 });
  worker.on("result", ({ answer }) => answer.toFixed(2)).onRequest("load", (name) => name.toUpperCase());
  worker.onSystem("terminated", ({ reason }: Termination) => reason.length);
  worker.send("compute", { x: 1, y: 2 });
  const doubled: number = await worker.request("double", 4, { timeoutMs: 5 });
  const answer: number = await worker.evaluate<number>("1", { filename: "a.js", timeoutMs: 5 });
  const untyped: Isolate = await sandbox.createIsolate();
  const handler: EventHandler = (data) => data.anything;
  const requested: RequestHandler<string, number> = (data, { isolate }) => data.length + isolate.id;
  untyped.on("e", handler).onRequest("m", requested);
  const proxied: FetchProxyOptions = { allow: (url) => url.hostname === "example.com", maxRedirects: 2 };
  const proxy = fetchProxy(proxied);
  const stats: IsolateStats = worker.stats();
  const gateway: WebSocketGateway = webSocketGateway(untyped, { allow: ["*"], log: ({ code }) => code });
  gateway.close();
  const { entry, modules } = await bundleGuest("x.ts", { nodeModules: ["buffer"] });
  const more: Modules = [modules, async (name) => ({ source: name, language: "ts" })];
  const plugin: Imported<{ f(x: number): string }> = await untyped.import(entry, { modules: more });
  await plugin.f(1);
  const pool = new IsolatePool<Calculator>(sandbox, { size: 1, prepare: (isolate, { key }) => isolate.name === key });
  const ten: number = await pool.run((isolate) => isolate.request("double", 5));
  const tenant: Isolate<Calculator> = await pool.get("a");
  const tools = defineTools({ f: { description: "f", run: (_, { name }) => name.length } });
  const described: ToolDescription[] = tools.describe();
  const result: RunResult<number> = await run<number>("1", { tools, limits: { cpuMs: 5, logsMax: 5 } });
  const text: string = result.ok ? result.value.toFixed() : result.error.message + result.reason;
  if (new PoolExhaustedError(text, ten, described.length).code === tenant.name) pool.close();
  untyped.expose("host", { watch: async (callback: GuestFunction<[number], string>) => (await callback(1)).length });
  sandbox.shutdown();
  const failure: SandboxError = new NetworkError("ERR_NET_URL", "no URL", { cause: 5 });
  return failure.code + doubled + answer + stats.cpuMs + proxy.stats().requests;
}
`;

/** Uses what the platform's types have, whichever they are. */
const WITH_PLATFORM = `
import { V8Sandbox } from "network-runtime";
import { fetchProxy } from "network-runtime/net";

export async function main(): Promise<void> {
  using sandbox = new V8Sandbox();
  await using worker = await sandbox.createIsolate();
  worker.onRequest("m", (_: unknown, { signal }) => fetch("http://127.0.0.1", { signal }).then((it) => it.status));
  await worker.evaluate("1", { signal: AbortSignal.timeout(5) });
  const proxy = fetchProxy({
    allow: (url: URL) => url.searchParams.has("x"),
    onRequest: ({ headers }) => headers.append("authorization", "x"),
  });
  worker.onRequest("fetch", proxy);
  const response: Response = await proxy({}, { isolate: worker, method: "fetch", signal: new AbortController().signal });
  await response.text();
}
`;

/** Compiler options beside `strict`, `noEmit` and `skipLibCheck: false`; types and lib: whose platform there is. */
const CONFIGS: Record<string, Record<string, unknown>> = {
  "bundler, no platform": { ...bundler, types: [], lib: ["ESNext"] },
  "NodeNext, no platform": { ...nodeNext, types: [], lib: ["ESNext"] },
  "an older target, no platform": { ...bundler, types: [], target: "ES2022", lib: ["ES2022"] },
  "everything that can be asked for, no platform": { ...nodeNext, ...picky, types: [], lib: ["ESNext"] },
  "no strictness, no platform": { ...bundler, strict: false, types: [], lib: ["ESNext"] },
  "bundler, Bun": { ...bundler, types: ["bun-types"], lib: ["ESNext"] },
  "NodeNext, Bun": { ...nodeNext, types: ["bun-types"], lib: ["ESNext"] },
  "bundler, Bun and DOM": { ...bundler, types: ["bun-types"], lib: dom },
  "bundler, DOM": { ...bundler, types: [], lib: dom },
  "NodeNext, DOM": { ...nodeNext, types: [], lib: dom },
  "NodeNext, node": { ...nodeNext, types: ["node"], lib: ["ESNext"] },
  "Node16, node": { ...node16, types: ["node"], lib: ["ESNext"] },
  isolatedModules: { ...bundler, isolatedModules: true, types: ["bun-types"], lib: ["ESNext"] },
  noPropertyAccessFromIndexSignature: {
    ...bundler,
    ...{ noPropertyAccessFromIndexSignature: true, types: ["bun-types"], lib: ["ESNext"] },
  },
  exactOptionalPropertyTypes: {
    ...bundler,
    ...{ exactOptionalPropertyTypes: true, types: ["bun-types"], lib: ["ESNext"] },
  },
  noUncheckedIndexedAccess: {
    ...bundler,
    ...{ noUncheckedIndexedAccess: true, types: ["bun-types"], lib: ["ESNext"] },
  },
  "strict: false": { ...bundler, strict: false, types: ["bun-types"], lib: ["ESNext"] },
  "files are written": { ...nodeNext, noEmit: false, outDir: "dist", types: ["bun-types"], lib: ["ESNext"] },
};

beforeAll(() => project.install(), PACKING_MS);

afterAll(() => project[Symbol.dispose]());

for (const [name, options] of Object.entries(CONFIGS)) {
  test(
    `${name}: no errors, and no source of ours is looked at`,
    () => {
      const programs: Record<string, string> = name.endsWith("no platform")
        ? { "bare.ts": BARE }
        : { "bare.ts": BARE, "platform.ts": WITH_PLATFORM };
      const { errors, files } = project.check(programs, options);
      expect(errors).toEqual([]);
      expect(files.length).toBeGreaterThan(10);
      expect(files.filter((file) => !file.endsWith(".d.ts"))).toEqual([]);
    },
    CHECKING_MS,
  );
}

test(
  "the declarations are known, not taken for anything: what is wrong is an error",
  () => {
    const wrong = `
    import { Isolate, V8Sandbox } from "network-runtime";
    import { fetchProxy } from "network-runtime/net";
    new V8Sandbox({ memory: 5 });
    fetchProxy({});
    const worker = await new V8Sandbox().createIsolate();
    worker.core;
    const typo = { timeout: 5, filename: "a.js" };
    await worker.evaluate("1", typo);
    new Isolate();
  `;
    const { errors } = project.check({ "wrong.ts": wrong }, CONFIGS["bundler, no platform"]!);
    expect(errors.map((error) => error.split(" ")[0])).toEqual([4, 5, 7, 9, 10].map((line) => `wrong.ts:${line}`));
  },
  CHECKING_MS,
);
