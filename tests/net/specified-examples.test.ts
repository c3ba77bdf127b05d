// The specification's HTTP proxy and WebSocket gateway, to the letter: host and guest as they are written there. Only what
// the names in them mean is the test's, as nobody serves api.example.com.
import { afterAll, expect, test } from "bun:test";
import { V8Sandbox } from "network-runtime";
import type { Isolate } from "network-runtime";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { WebSocket as WsClient } from "ws";
import { until } from "./proxy.ts";
import { startWsServer } from "./ws-server.ts";

const sandbox = new V8Sandbox({ threads: 1 });
afterAll(() => sandbox.shutdown());

const text = (name: string): string => readFileSync(resolve(import.meta.dir, "fixtures", name), "utf8");

interface Example {
  readonly worker: Isolate;
  /** What host and guest printed. */
  readonly printed: (readonly unknown[])[];
}

/** Runs an example with the names it uses. */
async function run(name: string, names: Record<string, unknown>): Promise<Example> {
  const worker = await sandbox.createIsolate();
  const printed: (readonly unknown[])[] = [];
  worker.onConsole(({ args }) => void printed.push(args));
  const given = { worker, console: { log: (...args: unknown[]) => void printed.push(args) }, ...names };
  new Function(...Object.keys(given), text(`${name}.host.txt`))(...Object.values(given));
  worker.execute(text(`${name}.guest.txt`));
  return { worker, printed };
}

test("the HTTP proxy", async () => {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => Response.json([{ name: "Alice", path: new URL(request.url).pathname }]),
  });
  const api = (url: string, init: RequestInit): Promise<Response> =>
    fetch(url.replace("https://api.example.com/", server.url.href), init);
  const { worker, printed } = await run("http-proxy", { fetch: api });
  await until(() => printed.length > 0);
  expect(printed).toEqual([[[{ name: "Alice", path: "/users" }]]]);
  expect(await worker.evaluate(`fetch("https://evil.example/").catch((error) => error.message)`)).toBe(
    "Domain not allowed: evil.example",
  );
  await server.stop(true);
});

test("the WebSocket gateway", async () => {
  await using server = await startWsServer();
  class Client extends WsClient {
    constructor(url: string) {
      super(url.replace("wss://gateway.example.com/", `${server.origin}/echo`));
    }
  }
  const { worker, printed } = await run("websocket-gateway", { WebSocket: Client });
  await until(() => printed.length === 3);
  expect(printed).toEqual([
    ["Worker wants to connect to wss://gateway.example.com/"],
    ["Connected!"],
    ["Received:", { op: 2, d: { token: "xxx" } }],
  ]);
  expect(
    await worker.evaluate(`new Promise((resolve) => {
      new WebSocket("wss://evil.example").onerror = ({ message }) => resolve(message);
    })`),
  ).toBe("Invalid gateway URL");
  worker.execute(
    `ws.addEventListener("close", ({ code, reason }) => console.log("Closed", code, reason)); ws.close();`,
  );
  await until(() => printed.some(([word]) => word === "Closed"));
  expect(printed.at(-1)).toEqual(["Closed", 1000, "Connection closed"]);
});
