// What a fetchProxy puts on the wire, whom it trusts, and how it takes turns.
import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "network-runtime";
import type { Isolate } from "network-runtime";
import { fetchProxy } from "network-runtime/net";
import type { FetchProxyOptions } from "network-runtime/net";
import process from "node:process";
import { ask, codeOf, context, isolate, loopback, until } from "./proxy.ts";
import { raw } from "./raw-server.ts";
import { cert, key } from "./tls.ts";

const empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/** The request as it arrives, in lines. */
async function wire(data: object, options: Partial<FetchProxyOptions> = {}): Promise<string[]> {
  using server = await raw(empty, true);
  const origin = new URL(server.url).origin;
  await ask({ allow: [origin], ...options }, { url: `${server.url}path?a=b#fragment`, ...data });
  return server.received.replace(origin.slice("http://".length), "HOST").split("\r\n");
}

describe("on the wire", () => {
  test("one request: its own Host, one length, no fragment, and nothing of the guest's that moves its end", async () => {
    const lines = await wire({
      method: "POST",
      body: "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
      headers: { "content-length": "0", "accept-encoding": "identity" },
    });
    expect(lines[0]).toBe("POST /path?a=b HTTP/1.1");
    const named = (name: string): string[] => lines.filter((line) => line.toLowerCase().startsWith(`${name}:`));
    expect(named("host")).toEqual(["Host: HOST", "Host: x"]);
    expect(named("content-length").map((line) => line.toLowerCase())).toEqual(["content-length: 40"]);
    expect(named("transfer-encoding")).toEqual([]);
    // The second Host is in the body.
    expect(lines.indexOf("Host: x")).toBeGreaterThan(lines.indexOf(""));
  });

  test.each([
    ["get", "GET"],
    ["post", "POST"],
    ["patch", "PATCH"],
    ["Delete", "DELETE"],
    ["OPTIONS", "OPTIONS"],
    ["head", "HEAD"],
  ])("method %s is %s", async (method, upper) => expect((await wire({ method }))[0]).toStartWith(`${upper} `));

  test("a host that sets Host itself reaches nobody else", async () => {
    const onRequest = ({ headers }: { headers: Headers }): void => headers.set("host", "evil.example");
    expect((await wire({}, { onRequest })).filter((line) => /^host:/i.test(line))).toEqual(["Host: HOST"]);
  });

  test("a path cannot break the line", async () => {
    using server = await raw(empty, true);
    const origin = new URL(server.url).origin;
    await ask({ allow: [origin] }, { url: `${origin}/a\r\nX-Injected: b/ HTTP/1.1\tc d` });
    expect(server.received.split("\r\n")[0]).toBe("GET /aX-Injected:%20b/%20HTTP/1.1c%20d HTTP/1.1");
  });

  test("hop-by-hop headers stay with the host, and the length of what was not encoded goes on", async () => {
    using server = await raw(
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\n" +
        "Proxy-Authenticate: Basic\r\nAlt-Svc: h3\r\nX-Kept: yes\r\n\r\nx",
      true,
    );
    const { headers } = await ask({ allow: [new URL(server.url).origin] }, { url: server.url });
    expect(Object.fromEntries(headers)).toEqual({ "content-length": "1", "x-kept": "yes" });
  });

  test("a streamed body is sent once: a redirect that keeps it is an error, one that drops it is not", async () => {
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        const { pathname } = new URL(request.url);
        if (pathname === "/end") return new Response(`${request.method} ${await request.text()}`);
        await request.text();
        return new Response(null, { status: Number(pathname.slice(1)), headers: { location: "/end" } });
      },
    });
    const sent = async (status: number): Promise<string> => {
      const body = new Response("body").body!;
      const data = { url: `${server.url.origin}/${status}`, method: "POST", body };
      return ask({ allow: [server.url.origin] }, data).then(
        (response) => response.text(),
        (error) => error.code,
      );
    };
    expect([await sent(303), await sent(302), await sent(307), await sent(308)]).toEqual([
      "GET ",
      "GET ",
      "ERR_NET_REDIRECT",
      "ERR_NET_REDIRECT",
    ]);
    await server.stop(true);
  });
});

describe("TLS", () => {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    tls: { cert, key },
    fetch: (request) => new Response(request.headers.get("host")),
  });
  afterAll(() => server.stop(true));

  test("the certificate is checked against the name that was asked for, on every connection", async () => {
    const origin = (host: string): string => `https://${host}:${server.port}`;
    const allow = ["a.example", "gateway.example", "other.example", "127.0.0.1"].map(origin);
    const proxy = fetchProxy({ ...loopback, allow, ca: cert });
    const get = (host: string): Promise<string> =>
      proxy({ url: origin(host) }, context()).then(
        (response) => response.text(),
        (error) => error.code,
      );
    for (const host of ["a.example", "gateway.example", "127.0.0.1"]) expect(await get(host)).toStartWith(host);
    // The address is the same, and a connection to it may be open.
    expect(await get("other.example")).toBe("ERR_NET_FAILED");
    expect(await codeOf(ask({ ...loopback, allow }, { url: origin("a.example") }))).toBe("ERR_NET_FAILED");
  });
});

describe("turns", () => {
  const held: (() => void)[] = [];
  let arrived: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname } = new URL(request.url);
      arrived.push(pathname);
      if (pathname.startsWith("/held")) await new Promise<void>((resolve) => held.push(resolve));
      return new Response("");
    },
  });
  afterAll(() => server.stop(true));
  const options = { allow: [server.url.origin], maxConcurrent: 2 };
  const other = { id: 1 } as unknown as Isolate;

  test("an isolate that has taken all of its own does not hold up another; who gave up leaves the line", async () => {
    arrived = [];
    const proxy = fetchProxy(options);
    const leaving = new AbortController();
    const send = (path: string, who = isolate, signal = new AbortController().signal): Promise<string> =>
      codeOf(proxy({ url: `${server.url.origin}${path}` }, { isolate: who, method: "fetch", signal }));
    const first = [send("/held1"), send("/held2")];
    await until(() => held.length === 2);
    const waiting = [send("/a"), send("/never", isolate, leaving.signal), send("/b")];
    expect(await send("/other", other)).toBe("answered");
    leaving.abort();
    expect(await waiting[1]).toBe("ERR_NET_ABORTED");
    expect(arrived.toSorted()).toEqual(["/held1", "/held2", "/other"]);
    expect([proxy.stats(isolate).active, proxy.stats(other).active]).toEqual([4, 0]);
    held.splice(0).forEach((go) => go());
    expect(await Promise.all([...first, waiting[0], waiting[2]])).toEqual([
      "answered",
      "answered",
      "answered",
      "answered",
    ]);
    expect(arrived.slice(3)).toEqual(["/a", "/b"]);
    expect(proxy.stats().active).toBe(0);
  });
});

describe("events as they come", () => {
  test("a guest sees each server-sent event before the next is sent", async () => {
    let send: (text: string) => void = () => {};
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () =>
        new Response(
          new ReadableStream({
            start(controller): void {
              send = (text) => controller.enqueue(new TextEncoder().encode(text));
              send("data: 0\n\n");
            },
          }),
          { headers: { "content-type": "text/event-stream" } },
        ),
    });
    const sandbox = new V8Sandbox({ threads: 1 });
    const isolate = await sandbox.createIsolate();
    const proxy = fetchProxy({ allow: [server.url.origin], totalTimeoutMs: 0 });
    isolate.onRequest("fetch", proxy).on("event", (number) => send(`data: ${number + 1}\n\n`));
    expect(
      await isolate.evaluate(`
        const response = await fetch("${server.url.href}");
        const seen = [];
        for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
          seen.push(text);
          if (seen.length === 5) break;
          NETWORK.send("event", seen.length - 1);
        }
        seen`),
    ).toEqual([0, 1, 2, 3, 4].map((number) => `data: ${number}\n\n`));
    await until(() => proxy.stats().active === 0);
    sandbox.shutdown();
    await server.stop(true);
  });
});

describe("the log", () => {
  test("one that throws or rejects is a warning, and disturbs nothing", async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", onWarning);
    using server = await raw(empty, true);
    const allow = [new URL(server.url).origin];
    const logs = [
      (): never => {
        throw new Error("the log is full");
      },
      () => Promise.reject(new Error("the log is far")),
    ];
    for (const log of logs) {
      expect(await codeOf(ask({ allow, log }, { url: server.url }))).toBe("answered");
      expect(await codeOf(ask({ allow: [], log }, { url: server.url }))).toBe("ERR_NET_NOT_ALLOWED");
    }
    await until(() => warnings.length === 4);
    expect(warnings).toEqual(["the log is full", "the log is full", "the log is far", "the log is far"]);
    process.off("warning", onWarning);
  });
});
