// What a fetchProxy sends, receives and gives up.
import { afterAll, describe, expect, test } from "bun:test";
import { fetchProxy } from "network-runtime/net";
import type { FetchLogEntry, FetchProxyOptions } from "network-runtime/net";
import type { Isolate } from "network-runtime";
import { brotliCompressSync, deflateRawSync, deflateSync } from "node:zlib";
import { ask, codeOf, context, isolate, loopback, until } from "./proxy.ts";
import { raw } from "./raw-server.ts";

const text = "hello ".repeat(1000);

async function serve(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const encoded = (body: Uint8Array<ArrayBuffer>, coding: string): Response =>
    new Response(body, { headers: { "content-encoding": coding } });
  switch (url.pathname) {
    case "/echo":
      return Response.json({
        method: request.method,
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      });
    case "/redirect":
      return new Response(null, {
        status: Number(url.searchParams.get("status") ?? 302),
        headers: { location: url.searchParams.get("to")! },
      });
    case "/loop":
      return new Response(null, { status: 302, headers: { location: "/loop" } });
    case "/gzip":
      return encoded(Bun.gzipSync(Buffer.from(text)), "gzip");
    case "/br":
      return encoded(new Uint8Array(brotliCompressSync(text)), "br");
    case "/zstd":
      return encoded(new Uint8Array(Bun.zstdCompressSync(text)), "zstd");
    case "/deflate":
      return encoded(new Uint8Array(deflateSync(text)), "deflate");
    case "/deflate-raw":
      return encoded(new Uint8Array(deflateRawSync(text)), "deflate");
    case "/two":
      return encoded(Bun.gzipSync(new Uint8Array(brotliCompressSync(text))), "br, gzip");
    case "/not-gzip":
      return encoded(new Uint8Array(100).fill(7), "gzip");
    case "/bomb":
      return encoded(bomb, "gzip");
    case "/chunked":
      return new Response(endless(5));
    case "/endless":
      return new Response(endless(Infinity));
    case "/no-content":
      return new Response(null, { status: 204 });
    case "/cookies":
      return new Response("", {
        headers: [
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
        ],
      });
    default:
      return new Response("no such path", { status: 404, statusText: "Not Found" });
  }
}

const bomb = Bun.gzipSync(new Uint8Array(64 * 1024 * 1024));
let running = 0;

function endless(pieces: number): ReadableStream<Uint8Array> {
  let sent = 0;
  running++;
  return new ReadableStream({
    async pull(controller): Promise<void> {
      await Bun.sleep(1);
      if (sent++ === pieces) controller.close();
      else controller.enqueue(new Uint8Array(1000));
    },
    cancel(): void {
      running--;
    },
  });
}

const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: serve });
const other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: serve });
afterAll(() => Promise.all([server.stop(true), other.stop(true)]));

const base = `http://a.example:${server.port}`;
const elsewhere = `http://b.example:${other.port}`;
const options: FetchProxyOptions = { ...loopback, allow: [base, elsewhere] };

describe("requests", () => {
  test("carry method, headers and a body of any kind", async () => {
    const bytes = new TextEncoder().encode("héllo");
    const stream = (): ReadableStream<Uint8Array> => new Response(bytes).body!;
    for (const body of ["héllo", bytes, bytes.buffer, stream()]) {
      const response = await ask(options, {
        url: `${base}/echo`,
        method: "post",
        headers: { "X-Test": "1", "Content-Length": "99", "Accept-Encoding": "zstd" },
        body,
      });
      const seen = (await response.json()) as { method: string; body: string; headers: Record<string, string> };
      expect([seen.method, seen.body, seen.headers["x-test"]]).toEqual(["POST", "héllo", "1"]);
      expect(seen.headers["accept-encoding"]).toBe("gzip, deflate, br, zstd");
    }
  });

  test("have only the methods that are allowed", async () => {
    for (const method of ["CONNECT", "TRACE", "PROPFIND", "GET / HTTP/1.1\r\nX: y", "", 1]) {
      expect(await codeOf(ask(options, { url: `${base}/echo`, method }))).toBe("ERR_NET_METHOD");
    }
    expect(await codeOf(ask({ ...options, methods: ["get"] }, { url: `${base}/echo`, method: "POST" }))).toBe(
      "ERR_NET_METHOD",
    );
    expect(await codeOf(ask(options, { url: `${base}/echo`, body: "x" }))).toBe("ERR_NET_ARGUMENT");
  });

  test.each([
    [{ "X-Test": "a\r\nHost: evil.example" }],
    [{ "X-Test": "a\nb" }],
    [{ "X-Test": "a\0" }],
    [{ "X-Test": "snowman ☃" }],
    [{ "X-Test\r\nHost": "evil.example" }],
    [{ "X Test": "a" }],
    [{ "": "a" }],
    [{ Host: "evil.example" }],
    [{ host: "evil.example" }],
    [{ Connection: "keep-alive" }],
    [{ "Transfer-Encoding": "chunked" }],
    [{ Upgrade: "h2c" }],
    [{ "Proxy-Authorization": "x" }],
    [{ TE: "trailers" }],
    [{ "X-Test": 1 }],
    [[["X-Test"]]],
  ])("headers that are refused: %j", async (headers) => {
    expect(await codeOf(ask(options, { url: `${base}/echo`, headers }))).toBe("ERR_NET_HEADER");
  });

  test("have bodies up to a limit", async () => {
    const limited = { ...options, maxRequestBytes: 10 };
    const request = { url: `${base}/echo`, method: "POST" };
    expect(await codeOf(ask(limited, { ...request, body: "0123456789" }))).toBe("answered");
    expect(await codeOf(ask(limited, { ...request, body: "0123456789a" }))).toBe("ERR_NET_REQUEST_TOO_LARGE");
    expect(await codeOf(ask(limited, { ...request, body: "éééééé" }))).toBe("ERR_NET_REQUEST_TOO_LARGE");
    expect(await codeOf(ask(limited, { ...request, body: new Uint8Array(11) }))).toBe("ERR_NET_REQUEST_TOO_LARGE");
    expect(await codeOf(ask(limited, { ...request, body: {} }))).toBe("ERR_NET_ARGUMENT");
  });

  test("the host adds its own headers, to each request alone", async () => {
    const seen: string[] = [];
    const onRequest = ({ url, headers }: { url: URL; headers: Headers }): void => {
      seen.push(url.host);
      if (url.origin === base) headers.set("authorization", "host's secret");
    };
    const url = `${base}/redirect?to=${encodeURIComponent(`${elsewhere}/echo`)}`;
    const answer = (await (await ask({ ...options, onRequest }, { url })).json()) as {
      headers: Record<string, string>;
    };
    expect(answer.headers["authorization"]).toBeUndefined();
    expect(seen).toEqual([new URL(base).host, new URL(elsewhere).host]);
  });
});

describe("redirects", () => {
  const redirect = (to: string, status = 302): string =>
    `${base}/redirect?status=${status}&to=${encodeURIComponent(to)}`;

  test("are followed, checked like requests, and counted", async () => {
    const response = await ask(options, { url: redirect("/echo") });
    expect([response.status, response.redirected, response.url]).toEqual([200, true, `${base}/echo`]);
    expect(await codeOf(ask(options, { url: redirect("http://169.254.169.254/") }))).toBe("ERR_NET_NOT_ALLOWED");
    expect(
      await codeOf(
        ask(
          { ...options, allow: () => true, resolve: async (host) => [host === "a.example" ? "127.0.0.1" : "10.0.0.1"] },
          { url: redirect(`${elsewhere}/echo`) },
        ),
      ),
    ).toBe("ERR_NET_ADDRESS");
    expect(await codeOf(ask(options, { url: redirect("file:///etc/passwd") }))).toBe("ERR_NET_URL");
    expect(await codeOf(ask(options, { url: redirect("http://user:pw@a.example/") }))).toBe("ERR_NET_URL");
    expect(await codeOf(ask(options, { url: redirect("http://[bad") }))).toBe("ERR_NET_REDIRECT");
    expect(await codeOf(ask(options, { url: `${base}/loop` }))).toBe("ERR_NET_REDIRECT");
    expect(await codeOf(ask({ ...options, maxRedirects: 0 }, { url: redirect("/echo") }))).toBe("ERR_NET_REDIRECT");
    expect(await codeOf(ask(options, { url: redirect("/echo"), redirect: "error" }))).toBe("ERR_NET_REDIRECT");
    expect((await ask(options, { url: redirect("/echo"), redirect: "manual" })).status).toBe(302);
  });

  test("lose the guest's credentials when they leave its origin", async () => {
    const headers = { Authorization: "Bearer x", Cookie: "a=1", "X-Api-Key": "k", "X-Test": "kept" };
    const seenAt = async (url: string): Promise<Record<string, string>> => {
      const answer = (await (await ask(options, { url, headers })).json()) as { headers: Record<string, string> };
      return answer.headers;
    };
    const same = await seenAt(redirect("/echo"));
    expect([same["authorization"], same["cookie"], same["x-api-key"]]).toEqual(["Bearer x", "a=1", "k"]);
    const away = await seenAt(redirect(`${elsewhere}/echo`));
    expect([away["authorization"], away["cookie"], away["x-api-key"], away["x-test"]]).toEqual([
      undefined,
      undefined,
      undefined,
      "kept",
    ]);
    // There and back again: they stay lost.
    const back = await seenAt(redirect(`${elsewhere}/redirect?to=${encodeURIComponent(`${base}/echo`)}`));
    expect(back["authorization"]).toBeUndefined();
  });

  test("keep or lose method and body as the standard says", async () => {
    const sent = async (status: number, method: string): Promise<unknown[]> => {
      const body = method === "GET" ? undefined : "body";
      const answer = (await (
        await ask(options, { url: redirect("/echo", status), method, body, headers: { "content-type": "text/x" } })
      ).json()) as { method: string; body: string; headers: Record<string, string> };
      return [answer.method, answer.body, answer.headers["content-type"]];
    };
    expect(await sent(301, "POST")).toEqual(["GET", "", undefined]);
    expect(await sent(302, "POST")).toEqual(["GET", "", undefined]);
    expect(await sent(302, "PUT")).toEqual(["PUT", "body", "text/x"]);
    expect(await sent(303, "PUT")).toEqual(["GET", "", undefined]);
    expect(await sent(307, "POST")).toEqual(["POST", "body", "text/x"]);
    expect(await sent(308, "POST")).toEqual(["POST", "body", "text/x"]);
  });
});

describe("responses", () => {
  test("are decoded, whatever their coding", async () => {
    for (const path of ["gzip", "br", "two", "zstd", "deflate", "deflate-raw"]) {
      const response = await ask(options, { url: `${base}/${path}` });
      expect(await response.text()).toBe(text);
      expect(response.headers.get("content-encoding")).toBeNull();
    }
    expect(await codeOf((await ask(options, { url: `${base}/not-gzip` })).text())).toBe("ERR_NET_FAILED");
  });

  test("are left as they are when a coding is unknown, and say so", async () => {
    for (const coding of ["compress", "aws-chunked", "UTF-8", "none", "aws-chunked, gzip", "gzip, x", "identity", ""]) {
      using server = await raw(
        `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: 5\r\n\r\nplain`,
        false,
      );
      const response = await ask({ allow: [new URL(server.url).origin] }, { url: server.url });
      expect([response.headers.get("content-length"), await response.text()]).toEqual(["5", "plain"]);
      expect(response.headers.get("content-encoding")).toBe(coding);
    }
  });

  test("that are empty are empty in every coding", async () => {
    for (const coding of ["gzip", "x-gzip", "deflate", "br", "zstd", "gzip, br", "deflate, gzip"]) {
      for (const body of ["Content-Length: 0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]) {
        using server = await raw(`HTTP/1.1 404 Not Found\r\nContent-Encoding: ${coding}\r\n${body}`, false);
        const response = await ask({ allow: [new URL(server.url).origin] }, { url: server.url });
        expect([response.status, await response.text()]).toEqual([404, ""]);
      }
    }
  });

  test("keep the length of what HEAD and 304 do not bring", async () => {
    for (const [method, status] of [
      ["HEAD", "200 OK"],
      ["GET", "304 Not Modified"],
    ] as const) {
      using server = await raw(`HTTP/1.1 ${status}\r\nContent-Encoding: gzip\r\nContent-Length: 1234\r\n\r\n`, false);
      const { headers, body } = await ask({ allow: [new URL(server.url).origin] }, { url: server.url, method });
      expect([headers.get("content-length"), headers.get("content-encoding"), body]).toEqual(["1234", "gzip", null]);
    }
  });

  test("without a body are over at once, whatever the server sends", async () => {
    using server = await raw("HTTP/1.1 205 Reset Content\r\nContent-Length: 1000000\r\n\r\nx", false);
    const proxy = fetchProxy({ allow: [new URL(server.url).origin] });
    expect((await proxy({ url: server.url }, context())).body).toBeNull();
    expect(proxy.stats().active).toBe(0);
  });

  test("have any status up to 999", async () => {
    for (const status of [200, 299, 418, 599, 600, 700, 999]) {
      using server = await raw(`HTTP/1.1 ${status} Odd\r\nContent-Length: 2\r\n\r\nok`, false);
      const response = await ask({ allow: [new URL(server.url).origin] }, { url: server.url });
      expect([response.status, response.ok, response.statusText, await response.text()]).toEqual([
        status,
        status < 300,
        "Odd",
        "ok",
      ]);
    }
  });

  test("have status, text, headers, and no body where there is none", async () => {
    const response = await ask(options, { url: `${base}/nowhere` });
    expect([response.ok, response.status, response.statusText, await response.text()]).toEqual([
      false,
      404,
      "Not Found",
      "no such path",
    ]);
    expect((await ask(options, { url: `${base}/no-content` })).body).toBeNull();
    expect((await ask(options, { url: `${base}/chunked`, method: "HEAD" })).body).toBeNull();
    expect((await ask(options, { url: `${base}/cookies` })).headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("end at their limit, counted after decompression and before it is all there", async () => {
    const limited = { ...options, maxResponseBytes: 5000 };
    expect(await (await ask(limited, { url: `${base}/chunked` })).bytes()).toHaveLength(5000);
    expect(await codeOf((await ask({ ...options, maxResponseBytes: 4999 }, { url: `${base}/chunked` })).text())).toBe(
      "ERR_NET_RESPONSE_TOO_LARGE",
    );
    expect(await codeOf((await ask(limited, { url: `${base}/endless` })).text())).toBe("ERR_NET_RESPONSE_TOO_LARGE");
    expect(await codeOf((await ask(limited, { url: `${base}/gzip` })).text())).toBe("ERR_NET_RESPONSE_TOO_LARGE");
    const proxy = fetchProxy({ ...options, maxResponseBytes: 1_000_000 });
    expect(await codeOf((await proxy({ url: `${base}/bomb` }, context())).text())).toBe("ERR_NET_RESPONSE_TOO_LARGE");
    // Decoded in pieces: of the 64 MiB no more than one piece beyond the limit.
    expect(proxy.stats().bytesReceived).toBeLessThan(1_200_000);
  });

  test("that break off are errors", async () => {
    const cut = await raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", true);
    const nothing = await raw("", true);
    try {
      const allow = [new URL(cut.url).origin, new URL(nothing.url).origin];
      const response = await ask({ allow }, { url: cut.url });
      expect(await codeOf(response.text())).toBe("ERR_NET_FAILED");
      expect(await codeOf(ask({ allow }, { url: nothing.url }))).toBe("ERR_NET_FAILED");
    } finally {
      cut[Symbol.dispose]();
      nothing[Symbol.dispose]();
    }
  });
});

describe("time and numbers", () => {
  test("headers and pieces that do not come in time are errors, and so is a body that goes on too long", async () => {
    const silent = await raw("", false);
    const stalled = await raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", false);
    try {
      const allow = [new URL(silent.url).origin, new URL(stalled.url).origin];
      expect(await codeOf(ask({ allow, timeoutMs: 50 }, { url: silent.url }))).toBe("ERR_NET_TIMEOUT");
      const response = await ask({ allow, timeoutMs: 50 }, { url: stalled.url });
      expect(await codeOf(response.text())).toBe("ERR_NET_TIMEOUT");
      const slow = await ask({ ...options, totalTimeoutMs: 100 }, { url: `${base}/endless` });
      expect(await codeOf(slow.text())).toBe("ERR_NET_TIMEOUT");
      const never = (): Promise<string[]> => new Promise(() => {});
      expect(await codeOf(ask({ ...options, resolve: never, timeoutMs: 50 }, { url: `${base}/echo` }))).toBe(
        "ERR_NET_TIMEOUT",
      );
    } finally {
      silent[Symbol.dispose]();
      stalled[Symbol.dispose]();
    }
  });

  test("a guest that gives up ends the host's work", async () => {
    const controller = new AbortController();
    const response = await ask(options, { url: `${base}/endless` }, controller.signal);
    const body = codeOf(response.text());
    setTimeout(() => controller.abort(), 10);
    expect(await body).toBe("ERR_NET_ABORTED");
    expect(await codeOf(ask(options, { url: `${base}/echo` }, AbortSignal.abort()))).toBe("ERR_NET_ABORTED");
    const cancelled = await ask(options, { url: `${base}/endless` });
    await cancelled.body!.cancel();
    // The streams that ended by themselves are not counted down.
    await until(() => running < 5);
  });

  test("so many at a time, the others in order", async () => {
    const proxy = fetchProxy({ ...options, maxConcurrent: 1 });
    const first = await proxy({ url: `${base}/chunked` }, context());
    let second = false;
    const waiting = proxy({ url: `${base}/echo` }, context()).then((response) => {
      second = true;
      return response.text();
    });
    await Bun.sleep(30);
    expect([second, proxy.stats().active]).toEqual([false, 2]);
    await first.text();
    await waiting;
    expect([second, proxy.stats().active]).toEqual([true, 0]);
  });

  test("a line that does not move tells those who wait; one that moves, however slowly, does not", async () => {
    const proxy = fetchProxy({ ...options, maxConcurrent: 1, timeoutMs: 300 });
    const unread = await proxy({ url: `${base}/endless` }, context());
    const stuck = [1, 2, 3].map(() => proxy({ url: `${base}/echo` }, context()));
    expect(await Promise.all(stuck.map(codeOf))).toEqual(Array(3).fill("ERR_NET_TIMEOUT"));
    await expect(stuck[0]).rejects.toThrow(/300 ms for one of 1 others to end \(maxConcurrent\)/);
    expect(proxy.stats()).toMatchObject({ active: 1, failed: 3 });
    await unread.body!.cancel();
    const slow = Array.from({ length: 5 }, async () => {
      const response = await proxy({ url: `${base}/echo` }, context());
      // All of them wait for longer than one may.
      await Bun.sleep(100);
      return response.text();
    });
    const long = await proxy({ url: `${base}/chunked` }, context());
    await long.text();
    await Promise.all(slow);
    expect(proxy.stats()).toMatchObject({ active: 0, failed: 4 });
  });

  test("what happened is counted and logged", async () => {
    const log: FetchLogEntry[] = [];
    const proxy = fetchProxy({ ...options, log: (entry) => void log.push(entry) });
    await (await proxy({ url: `${base}/redirect?to=/echo`, method: "POST", body: "12345" }, context())).text();
    await codeOf(proxy({ url: "http://nowhere.example/" }, context()));
    const { bytesReceived, ...stats } = proxy.stats();
    expect(stats).toMatchObject({ requests: 2, active: 0, failed: 1, refused: 1, redirects: 1, bytesSent: 5 });
    expect(proxy.stats(isolate)).toEqual(proxy.stats());
    expect(proxy.stats({} as Isolate).requests).toBe(0);
    expect(bytesReceived).toBeGreaterThan(10);
    expect(log.map(({ status, error, redirects, method }) => [status, error?.code, redirects, method])).toEqual([
      [200, undefined, 1, "POST"],
      [undefined, "ERR_NET_NOT_ALLOWED", 0, "GET"],
    ]);
  });
});
