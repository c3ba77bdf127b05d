import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { originOf, substitute } from "../site.ts";
import { StandIn } from "../stand-in/stand-in.ts";

const checkout = mkdtempSync(join(tmpdir(), "network-runtime-stand-in-"));
writeFileSync(join(checkout, "plain.txt"), "{{host}} é");
writeFileSync(join(checkout, "plain.txt.headers"), "X-One: 1\nX-Port: {{ports[http][1]}}\n");
writeFileSync(join(checkout, "raw.asis"), "HTTP/1.1 299 Raw\r\nX-Raw: yes\r\nContent-Length: 2\r\n\r\nhi");
writeFileSync(join(checkout, "script.py"), "secret");

let server: StandIn;
beforeAll(async () => {
  server = await StandIn.start(checkout);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(checkout, { recursive: true });
});

const get = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`http://127.0.0.1:${server.site.ports.http[0]}${path}`, init);

test("files come with their headers, and substituted if that is asked for", async () => {
  const plain = await get("/plain.txt");
  expect(await plain.text()).toBe("{{host}} é");
  expect([plain.headers.get("x-one"), plain.headers.get("x-port")]).toEqual(["1", String(server.site.ports.http[1])]);
  const piped = await get("/plain.txt?pipe=status(201)|header(x-two,2)");
  expect([piped.status, piped.headers.get("x-two")]).toEqual([201, "2"]);
  expect(await (await get("/plain.txt?pipe=sub")).text()).toBe("localhost é");
  expect(substitute("{{domains[www]}}:{{ports[ws][0]}}{{nothing}}", server.site)).toBe(
    `www.localhost:${server.site.ports.ws[0]}{{nothing}}`,
  );
  expect(originOf(server.site)).toBe(`http://localhost:${server.site.ports.http[0]}`);
});

test("files that say all of a response are sent as they are; scripts and what is outside are not sent", async () => {
  const raw = await get("/raw.asis");
  expect([raw.status, raw.headers.get("x-raw"), await raw.text()]).toEqual([299, "yes", "hi"]);
  for (const path of ["/script.py", "/nothing", "/%2e%2e/%2e%2e/etc/passwd", "/"])
    expect((await get(path)).status).toBe(404);
});

test("scripts get query, headers and body, in pieces too", async () => {
  const echo = "/fetch/api/resources/echo-content.py";
  expect(await (await get(echo, { method: "POST", body: "a body" })).text()).toBe("a body");
  const stream = new ReadableStream({
    async start(controller) {
      for (const piece of ["in ", "pieces"]) {
        controller.enqueue(new TextEncoder().encode(piece));
        await Bun.sleep(5);
      }
      controller.close();
    },
  });
  expect(await (await get(echo, { method: "POST", body: stream })).text()).toBe("in pieces");
  const inspect = await get("/fetch/api/resources/inspect-headers.py?headers=X-Mine|x-none", {
    headers: { "x-mine": "1" },
  });
  expect([inspect.headers.get("x-request-x-mine"), inspect.headers.get("x-request-x-none")]).toEqual(["1", null]);
  const moved = await get("/fetch/api/resources/redirect.py?location=%2fa%20b&simple", { redirect: "manual" });
  expect([moved.status, moved.headers.get("location")]).toEqual([302, "/a b"]);
});

test("a stash gives once what was put into it", async () => {
  await get("/fetch/api/resources/stash-put.py?key=k&value=v");
  const take = async (): Promise<unknown> => (await get("/fetch/api/resources/stash-take.py?key=k")).json();
  expect([await take(), await take()]).toEqual(["v", null]);
});

function socket(path: string, protocols: string[] = []): Promise<unknown[]> {
  return new Promise((resolve) => {
    const events: unknown[] = [];
    const client = new WebSocket(`ws://127.0.0.1:${server.site.ports.ws[0]}${path}`, protocols);
    client.binaryType = "arraybuffer";
    client.onopen = () => {
      if (!path.startsWith("/echo")) return;
      client.send("text");
      client.send(new Uint8Array(70_000).fill(7));
      client.send("Goodbye");
    };
    client.onmessage = ({ data }) =>
      events.push(typeof data === "string" ? data : [data.byteLength, new Uint8Array(data)[69_999]]);
    client.onclose = ({ code, reason }) => resolve([client.protocol, ...events, code, reason]);
  });
}

test("WebSockets echo, say what they were asked, and close as they are told", async () => {
  expect(await socket("/echo", ["other", "echo"])).toEqual(["echo", "text", [70_000, 7], "Goodbye", 1000, ""]);
  expect(await socket("/protocol_array", ["a", "b"])).toEqual(["a", "a", 1000, ""]);
  expect(await socket("/remote-close?code=4001&reason=w%20y")).toEqual(["", 4001, "w y"]);
  expect((await socket("/remote-close?abrupt=1")).at(1)).toBe(1006);
  expect((await socket("/nothing")).slice(-2, -1)).toEqual([expect.any(Number)]);
});
