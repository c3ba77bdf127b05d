// Whatever the guest gives up, and whatever ends it, ends the host's work for it.
import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "network-runtime";
import type { Isolate, RequestHandler } from "network-runtime";
import { fetchProxy } from "network-runtime/net";
import type { FetchLogEntry } from "network-runtime/net";
import { ask, codeOf, until } from "./proxy.ts";

/** Requests the server works on. */
let working = 0;
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  idleTimeout: 0,
  async fetch(request) {
    working++;
    request.signal.addEventListener("abort", () => working--);
    switch (new URL(request.url).pathname) {
      case "/silent":
        return new Promise<Response>(() => {});
      case "/endless":
        return new Response(
          new ReadableStream({
            async pull(controller): Promise<void> {
              await Bun.sleep(1);
              controller.enqueue(new Uint8Array(10_000));
            },
          }),
        );
      default:
        for await (const _ of request.body!);
        return new Response("");
    }
  },
});
afterAll(() => server.stop(true));
const base = `http://127.0.0.1:${server.port}`;

/** Texts of programs that say "at work" when the server is. */
const programs = {
  "waits for headers": `fetch("${base}/silent", init).catch(failed); NETWORK.send("at work")`,
  "reads a body": `
    const response = await fetch("${base}/endless", init);
    const reader = response.body.getReader();
    (async () => { for (;;) { await reader.read(); NETWORK.send("at work"); } })().catch(failed);`,
  "does not read a body": `globalThis.kept = await fetch("${base}/endless", init); NETWORK.send("at work")`,
  "sends a body": `
    const body = new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        controller.enqueue(new Uint8Array(1000));
        NETWORK.send("at work");
      },
      cancel() { NETWORK.send("cancelled"); },
    });
    fetch("${base}/upload", { ...init, method: "POST", body, duplex: "half" }).catch(failed);`,
};

interface Case {
  readonly isolate: Isolate;
  readonly sandbox: V8Sandbox;
  readonly reasons: unknown[];
  readonly said: string[];
}

async function atWork(program: string, handler: RequestHandler): Promise<Case> {
  // A case before may still be on its way out.
  await until(() => working === 0);
  const sandbox = new V8Sandbox({ threads: 1, cpuMs: 100 });
  const isolate = await sandbox.createIsolate();
  isolate.onRequest("fetch", handler);
  const said: string[] = [];
  const reasons: unknown[] = [];
  const working_ = new Promise<void>((resolve) => isolate.on("at work", () => resolve()));
  isolate.on("cancelled", () => void said.push("cancelled"));
  isolate.on("failed", (reason) => void reasons.push(reason));
  isolate.execute(`
    const controller = new AbortController();
    const init = { signal: controller.signal };
    const failed = (reason) => NETWORK.send("failed", reason);
    NETWORK.on("abort", () => controller.abort("enough"));
    ${program}`);
  await working_;
  await until(() => working === 1);
  return { isolate, sandbox, reasons, said };
}

const ends: Record<string, (one: Case) => void> = {
  "the guest's AbortSignal": ({ isolate }) => isolate.send("abort"),
  "destroy()": ({ isolate }) => isolate.destroy(),
  "a limit": ({ isolate }) => isolate.execute("for (;;);"),
  "shutdown()": ({ sandbox }) => sandbox.shutdown(),
};

describe.each(Object.keys(ends))("%s", (end) => {
  test.each(Object.keys(programs) as (keyof typeof programs)[])(
    "ends a proxied exchange of a guest that %s",
    async (name) => {
      const log: FetchLogEntry[] = [];
      const proxy = fetchProxy({ allow: [base], log: (entry) => void log.push(entry) });
      const one = await atWork(programs[name], proxy);
      ends[end]!(one);
      await until(() => working === 0 && log.length === 1);
      expect([proxy.stats().active, log[0]!.error?.code]).toEqual([0, "ERR_NET_ABORTED"]);
      if (end === "the guest's AbortSignal") {
        if (name !== "does not read a body") {
          await until(() => one.reasons.length > 0);
          expect(one.reasons).toEqual(["enough"]);
        }
        if (name === "sends a body") await until(() => one.said.length > 0);
      }
      one.sandbox.shutdown();
    },
  );

  test.each(Object.keys(programs) as (keyof typeof programs)[])(
    "ends what a handler of the host's own does for a guest that %s",
    async (name) => {
      const handler: RequestHandler = (data, { signal }) =>
        fetch(data.url, { method: data.method, body: data.body, signal });
      const one = await atWork(programs[name], handler);
      ends[end]!(one);
      await until(() => working === 0);
      one.sandbox.shutdown();
    },
  );
});

test("an answer that is too large to send ends its body", async () => {
  await until(() => working === 0);
  const sandbox = new V8Sandbox({ threads: 1 });
  const isolate = await sandbox.createIsolate({ messageBytesMax: 10_000 });
  isolate.onRequest("fetch", async ({ url }, { signal }) => {
    const { body } = await fetch(url, { signal });
    return new Response(body, { headers: { "x-large": "x".repeat(20_000) } });
  });
  expect(await isolate.evaluate(`fetch("${base}/endless").catch((error) => error.code)`)).toBe("ERR_MESSAGE_TOO_LARGE");
  await until(() => working === 0);
  sandbox.shutdown();
});

test("what a host's function fails with after its request is given up is nobody's", async () => {
  const controller = new AbortController();
  const allow = async (): Promise<boolean> => {
    controller.abort();
    await Bun.sleep(1);
    throw new Error("too late to matter");
  };
  // An unhandled rejection would fail this test.
  expect(await codeOf(ask({ allow }, { url: "http://a.example/" }, controller.signal))).toBe("ERR_NET_ABORTED");
  await Bun.sleep(5);
});
