// Values of awkward shapes in every field that the host looks at: none of them holds up its event loop.
import type { Isolate } from "../../../lib/index.ts";
import { fetchProxy, webSocketGateway } from "../../../lib/net/index.ts";
import { attack, ended, expect, settled, within } from "../harness.ts";
import { Heartbeat } from "../heartbeat.ts";

/** Each of these took hundreds of milliseconds, or minutes, in some field. */
const LATEST_MS = 100;
/** The host may have garbage of its own to collect: one quiet time in five is proof enough. */
const ATTEMPTS = 5;

/** What costs a program time that walks it, or parses it. */
const walked: Record<string, string> = {
  "an endless array": "Object.assign([], { length: 4294967295 })",
  "pairs that are endless": "[Object.assign([], { length: 4294967295 })]",
  "many elements": "new Array(300_000).fill('x')",
  "many keys": "Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => ['k' + i, 'v']))",
  "a long string": "'x'.repeat(3_000_000)",
  "many labels": "'ws://' + '\\u00e9.'.repeat(100_000)",
  "a Map": "new Map(Array.from({ length: 50_000 }, (_, i) => ['k' + i, 'v']))",
  bytes: "new Uint8Array(3_000_000)",
  "a String object": "Object('x'.repeat(1_000_000))",
};

/** What costs time to decode. */
const decoded: Record<string, string> = {
  "too many elements": "new Array(2_000_000).fill(1)",
  "too many keys": "Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => ['k' + i, 'v']))",
  "keys far apart": "Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [(i * 7919) % 4294967291, 'v']))",
  objects: "Array.from({ length: 200_000 }, (_, i) => ({ i }))",
  "a very long string": "'x'.repeat(30_000_000)",
  "a long string of wide characters": "'\\u4e00'.repeat(10_000_000)",
  "many bytes": "new Uint8Array(30_000_000)",
  "a BigInt that is too large": "(1n << 20_000_000n) - 1n",
  BigInts: "new Array(200).fill((1n << 1_048_000n) - 1n)",
  "a Set": "new Set(Array.from({ length: 130_000 }, (_, i) => 'v' + i))",
  "a deep one": "Array.from({ length: 900 }).reduce((inner) => [inner], 1)",
  "named groups": "new RegExp(Array.from({ length: 4000 }, (_, i) => `(?<n${i}>)`).join(''))",
  "regular expressions": "Array.from({ length: 20_000 }, (_, i) => new RegExp('a' + i))",
  buffers: "Array.from({ length: 50_000 }, () => new ArrayBuffer(1))",
  errors: "Array.from({ length: 20_000 }, () => new Error('e'))",
};

const request = (data: string): string => `await NETWORK.request("fetch", ${data}).catch(() => {})`;

const ways: Record<string, string> = {
  "a message": `NETWORK.send("message", v)`,
  "a message's name": `NETWORK.send(String(typeof v === "string" ? v : "other"), 1)`,
  "a request's data": `await NETWORK.request("slow", v).catch(() => {})`,
  "a result": `v`,
  "an error": `throw v`,
  "an error's message": `throw Object.assign(new Error(typeof v === "string" ? v : ""), { code: v, cause: v })`,
  "a rejection": `void Promise.reject(v); 1`,
  "a console's argument": `console.log(v, [v])`,
};

const fields: Record<string, string> = {
  "fetch: all": request("v"),
  "fetch: url": request("{ url: v }"),
  "fetch: method": request("{ url: 'http://127.0.0.1:1/', method: v }"),
  "fetch: headers": request("{ url: 'http://127.0.0.1:1/', headers: v }"),
  "fetch: a header's name": request("{ url: 'http://127.0.0.1:1/', headers: [[v, 'a']] }"),
  "fetch: a header's value": request("{ url: 'http://127.0.0.1:1/', headers: { 'x-a': v } }"),
  "fetch: body": request("{ url: 'http://127.0.0.1:1/', method: 'POST', body: v }"),
  "fetch: a stream's number": request("{ url: 'http://127.0.0.1:1/', method: 'POST', body: { stream: v } }"),
  "fetch: others": request(
    "Object.assign({ url: 'http://127.0.0.1:1/', method: 'POST', body: { stream: 1 } }, v.length === undefined && v)",
  ),
  "a body's number": `await NETWORK.request("__body.read", v).catch(() => {})`,
  "ws.open: all": `NETWORK.send("ws.open", v)`,
  "ws.open: conn_id": `NETWORK.send("ws.open", { conn_id: v, url: "ws://127.0.0.1:1/" })`,
  "ws.open: url": `NETWORK.send("ws.open", { conn_id: 2, url: v })`,
  "ws.open: protocols": `NETWORK.send("ws.open", { conn_id: 3, url: "ws://127.0.0.1:1/", protocols: v })`,
  "ws.open: a protocol": `NETWORK.send("ws.open", { conn_id: 4, url: "ws://127.0.0.1:1/", protocols: [v] })`,
  "ws.open: origin": `NETWORK.send("ws.open", { conn_id: 5, url: "ws://127.0.0.1:1/", origin: v })`,
  "ws.send: conn_id": `NETWORK.send("ws.send", { conn_id: v, data: "" })`,
  "ws.send: data": `NETWORK.send("ws.send", { conn_id: 1, data: v })`,
  "ws.close: conn_id": `NETWORK.send("ws.close", { conn_id: v })`,
  "ws.close: code": `NETWORK.send("ws.close", { conn_id: 1, code: v })`,
  "ws.close: reason": `NETWORK.send("ws.close", { conn_id: 1, code: 1000, reason: v })`,
};

await attack({
  limits: { memoryMb: 256, cpuMs: 0 },
  peakMb: 1024,
  leftMb: 256,
  host: async ({ sandbox, limits }) => {
    using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (asked, self) => (self.upgrade(asked) ? undefined : new Response("no WebSocket")),
      websocket: { message: () => {} },
    });
    const origin = `ws://127.0.0.1:${server.port}`;
    using heartbeat = new Heartbeat();
    const run = async (isolate: Isolate, value: string, script: string): Promise<number> => {
      // A connection for what is sent on one; the last one may have been closed.
      isolate.execute(
        `NETWORK.send("ws.close", { conn_id: 1 }); NETWORK.send("ws.open", { conn_id: 1, url: "${origin}" });`,
      );
      await isolate.evaluate("1");
      heartbeat.take();
      const failure = await settled(isolate.evaluate(`{ const v = ${value};\n${script}; }`));
      expect(!String(failure).includes("SyntaxError"), String(failure));
      // What it has sent is taken in order.
      await within(isolate.evaluate("1"), 20_000, "an answer");
      return heartbeat.take();
    };
    const everywhere = async (shape: string, value: string, places: Record<string, string>): Promise<void> => {
      const isolate = await sandbox.createIsolate(limits);
      prepare(isolate, origin);
      for (const [field, script] of Object.entries(places)) {
        let late = Infinity;
        for (let attempt = 0; attempt < ATTEMPTS && late > LATEST_MS; attempt++) {
          late = Math.min(late, await run(isolate, value, script));
        }
        expect(late <= LATEST_MS, `the host's loop was ${late.toFixed(0)} ms late for ${shape} in ${field}`);
      }
      isolate.destroy();
      await ended(isolate);
    };
    for (const [shape, value] of Object.entries(decoded)) await everywhere(shape, value, ways);
    for (const [shape, value] of Object.entries(walked)) await everywhere(shape, value, { ...ways, ...fields });
  },
});

function prepare(isolate: Isolate, origin: string): void {
  isolate.on("message", () => {});
  isolate.onSystem("error", () => {});
  isolate.onSystem("unhandledrejection", () => {});
  isolate.onConsole(() => {});
  isolate.onRequest("slow", () => 1);
  isolate.onRequest("fetch", fetchProxy({ allow: ["http://127.0.0.1:1"], log: () => {} }));
  webSocketGateway(isolate, { allow: ["ws://127.0.0.1:1", origin], log: () => {} });
}
