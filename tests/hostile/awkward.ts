/** Values of awkward shapes in every place that the host looks at: none of them holds up its event loop. */
import type { Isolate } from "../../lib/index.ts";
import { fetchProxy, webSocketGateway } from "../../lib/net/index.ts";
import { attack, ended, expect, settled, within } from "./harness.ts";
import { Heartbeat } from "./heartbeat.ts";

/** What these attacks send took hundreds of milliseconds, or minutes, in some field. */
const LATEST_MS = 100;
/** The host may have garbage of its own to collect: one quiet time in five is proof enough. */
const ATTEMPTS = 5;

/** Where a guest's values reach the host. */
export const ways: Record<string, string> = {
  "a message": `NETWORK.send("message", v)`,
  "a message's name": `NETWORK.send(String(typeof v === "string" ? v : "other"), 1)`,
  "a request's data": `await NETWORK.request("slow", v).catch(() => {})`,
  "a result": `v`,
  "an error": `throw v`,
  "an error's message": `throw Object.assign(new Error(typeof v === "string" ? v : ""), { code: v, cause: v })`,
  "a rejection": `void Promise.reject(v); 1`,
  "a console's argument": `console.log(v, [v])`,
};

/**
 * @param shapes - values, as the guest's code
 * @param places - what the guest does with one, which it has as `v`
 */
export async function holdUp(shapes: Record<string, string>, places: Record<string, string>): Promise<void> {
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
      const everywhere = async (shape: string, value: string): Promise<void> => {
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
      for (const [shape, value] of Object.entries(shapes)) await everywhere(shape, value);
    },
  });
}

function prepare(isolate: Isolate, origin: string): void {
  isolate.on("message", () => {});
  isolate.onSystem("error", () => {});
  isolate.onSystem("unhandledrejection", () => {});
  isolate.onConsole(() => {});
  isolate.onRequest("slow", () => 1);
  isolate.onRequest("fetch", fetchProxy({ allow: ["http://127.0.0.1:1"], log: () => {} }));
  webSocketGateway(isolate, { allow: ["ws://127.0.0.1:1", origin], log: () => {} });
}
