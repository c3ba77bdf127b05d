// https://fetch.spec.whatwg.org/ in a guest, over a host's handler.
import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { V8Sandbox } from "network-runtime";
import type { Isolate, RequestHandler } from "network-runtime";
import { fetchProxy } from "network-runtime/net";
import { until } from "./harness.ts";

const sandbox = new V8Sandbox({ threads: 2 });
const isolates: Isolate[] = [];
let cancelled = 0;
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/echo")
      return new Response(await request.bytes(), { headers: { "x-type": request.headers.get("content-type") ?? "" } });
    if (pathname === "/bytes") return new Response(new Uint8Array(2_000_000).map((_, index) => index % 251));
    if (pathname === "/endless") {
      return new Response(
        new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(1000)), cancel: () => void cancelled++ }),
      );
    }
    return Response.json([{ name: "Alice" }], { status: 201, statusText: "Made" });
  },
});
afterEach(() => isolates.splice(0).forEach((isolate) => isolate.destroy()));
afterAll(async () => {
  sandbox.shutdown();
  await server.stop(true);
});

const base = `http://127.0.0.1:${server.port}`;

async function run(body: string, handler?: RequestHandler): Promise<any> {
  const isolate = await sandbox.createIsolate();
  isolates.push(isolate);
  if (handler) isolate.onRequest("fetch", handler);
  return isolate.evaluate(`(async () => {${body}})()`, { timeoutMs: 10_000 });
}

const proxy = fetchProxy({ allow: [base] });

describe("the specification's handler", () => {
  const handler: RequestHandler = async (data) => {
    if (!data.url.startsWith(base)) throw new Error(`Domain not allowed: ${new URL(data.url).hostname}`);
    const response = await fetch(data.url, { method: data.method, headers: data.headers, body: data.body });
    return {
      ok: response.ok,
      status: response.status,
      statusText: response.statusText,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  };

  test("answers a guest's fetch", async () => {
    expect(
      await run(
        `const response = await fetch("${base}/users");
        return [response.ok, response.status, response.statusText, response.headers.get("Content-Type"), response.url, await response.json(), response.bodyUsed];`,
        handler,
      ),
    ).toEqual([
      true,
      201,
      expect.any(String),
      "application/json;charset=utf-8",
      `${base}/users`,
      [{ name: "Alice" }],
      true,
    ]);
  });

  test("gets bodies that fetch takes as they are", async () => {
    expect(
      await run(
        `const post = async (body, headers) => {
          const response = await fetch("${base}/echo", { method: "POST", body, headers, duplex: "half" });
          return [response.headers.get("x-type").split(";")[0], await response.text()];
        };
        const form = new FormData();
        form.append("a", new File(["file"], "f.txt"));
        const [type, text] = await post(form);
        return [
          await post("héllo"), await post("{}", { "Content-Type": "application/json" }), await post(new URLSearchParams({ a: "b c" })),
          await post(new TextEncoder().encode("bytes")), await post(new Blob(["blob"], { type: "x/y" })),
          await post(new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode("str")); setTimeout(() => { c.enqueue(new TextEncoder().encode("eam")); c.close(); }, 5); } })),
          type, text.includes('filename="f.txt"'),
        ];`,
        handler,
      ),
    ).toEqual([
      ["text/plain", "héllo"],
      ["application/json", "{}"],
      ["application/x-www-form-urlencoded", "a=b+c"],
      ["", "bytes"],
      ["x/y", "blob"],
      ["", "stream"],
      "multipart/form-data",
      true,
    ]);
  });

  test("refuses with its own message", async () => {
    const name = `try { await fetch("https://evil.example/"); } catch (error) { return [error.constructor === TypeError, error.message]; }`;
    expect(await run(name, handler)).toEqual([true, "Domain not allowed: evil.example"]);
    expect((await run(name))[1]).toContain("does not handle");
  });
});

describe("a handler that answers with a Response", () => {
  test("streams its body, byte for byte", async () => {
    expect(
      await run(
        `const bytes = await (await fetch("${base}/bytes")).bytes();
        return [bytes.length, bytes.every((byte, index) => byte === index % 251)];`,
        proxy,
      ),
    ).toEqual([2_000_000, true]);
  });

  test("is read as fast as the guest reads, and cancelled with it", async () => {
    const before = cancelled;
    expect(
      await run(
        `const response = await fetch("${base}/endless");
        let count = 0;
        for await (const chunk of response.body) if ((count += chunk.length) > 1e6) break;
        return count > 1e6;`,
        proxy,
      ),
    ).toBe(true);
    await until(() => cancelled > before);
    expect(cancelled).toBe(before + 1);
  });

  test("is not waited for whole because its handler says that it is short", async () => {
    const handler: RequestHandler = () =>
      new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) }), {
        headers: { "content-length": "10" },
      });
    expect(
      await run(
        `const response = await fetch("https://a.example/");
        const { value } = await response.body.getReader().read();
        return [response.headers.get("content-length"), value.length > 0];`,
        handler,
      ),
    ).toEqual(["10", true]);
  });

  test("may be of any making: all there, in parts, late, empty, failing", async () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const parts = (...pieces: (string | Error)[]): ReadableStream =>
      new ReadableStream({
        async pull(controller): Promise<void> {
          const piece = pieces.shift();
          if (piece === "late") await Bun.sleep(5);
          if (piece === undefined) controller.close();
          else if (typeof piece === "string") controller.enqueue(bytes(piece));
          else controller.error(piece);
        },
      });
    const bodies: Record<string, () => Response> = {
      json: () => Response.json({ a: 1 }),
      text: () => new Response("héllo"),
      empty: () => new Response(""),
      none: () => new Response(null),
      large: () => new Response("x".repeat(1_000_000)),
      blob: () => new Response(new Blob(["a", "b"])),
      parts: () => new Response(parts("a", "b", "c")),
      "no parts": () => new Response(parts()),
      late: () => new Response(parts("a", "late", "c")),
      "failing at once": () => new Response(parts(new Error("at once"))),
      failing: () => new Response(parts("a", new Error("at last"))),
      "failing late": () => new Response(parts("a", "late", new Error("at last"))),
    };
    const handler: RequestHandler = ({ url }) => bodies[decodeURIComponent(new URL(url).pathname.slice(1))]!();
    expect(
      await run(
        `const texts = {};
        for (const name of ${JSON.stringify(Object.keys(bodies))}) {
          const response = await fetch("https://a.example/" + name);
          texts[name] = await response.text().then((text) => text.slice(0, 20) + " " + text.length, (error) => error.message);
        }
        return texts;`,
        handler,
      ),
    ).toEqual({
      json: '{"a":1} 7',
      text: "héllo 5",
      empty: " 0",
      none: " 0",
      large: `${"x".repeat(20)} 1000000`,
      blob: "ab 2",
      parts: "abc 3",
      "no parts": " 0",
      late: "alatec 6",
      "failing at once": "at once",
      failing: "at last",
      "failing late": "at last",
    });
  });

  test("is sent with its answer when it is short, and with it only once", async () => {
    const handler: RequestHandler = async (data, context) => {
      const response = await proxy(data, context);
      if (data.url.endsWith("?read")) await response.text();
      else response.headers.set("x-added", "by the host");
      return response;
    };
    expect(
      await run(
        `const response = await fetch("${base}/users");
        return [await response.json(), response.headers.get("x-added"), await fetch("${base}/users?read").catch((error) => error.name)];`,
        handler,
      ),
    ).toEqual([[{ name: "Alice" }], "by the host", "TypeError"]);
  });

  test("is aborted with the guest's signal, before and after the answer", async () => {
    let aborted = false;
    expect(
      await run(
        `const controller = new AbortController();
        const { signal } = controller;
        NETWORK.on("asked", () => controller.abort());
        try { await fetch("https://a.example/", { signal }); } catch (error) { return error === signal.reason; }`,
        (_data, context) => {
          context.isolate.send("asked");
          return new Promise(() => context.signal.addEventListener("abort", () => (aborted = true)));
        },
      ),
    ).toBe(true);
    expect(aborted).toBe(true);
    expect(
      await run(
        `const controller = new AbortController();
        const response = await fetch("${base}/endless", { signal: controller.signal });
        setTimeout(() => controller.abort("enough"), 10);
        return response.text().catch((reason) => reason);`,
        proxy,
      ),
    ).toBe("enough");
    await until(() => proxy.stats().active === 0);
  });

  test("ends with the isolate", async () => {
    const isolate = await sandbox.createIsolate();
    isolate.onRequest("fetch", proxy);
    await isolate.evaluate(`fetch("${base}/endless").then((response) => { globalThis.response = response; })`);
    expect(proxy.stats().active).toBe(1);
    isolate.destroy();
    await until(() => proxy.stats().active === 0);
  });
});

describe("Headers, Request, Response", () => {
  test("Headers combine, sort and check", async () => {
    expect(
      await run(`
        const headers = new Headers([["B", "1"], ["a", " x "], ["b", "2"], ["Set-Cookie", "c"], ["set-cookie", "d"]]);
        const name = (f) => { try { f(); return "none"; } catch (error) { return error.name; } };
        return [[...headers], headers.getSetCookie(), headers.get("B"), headers.has("x"), name(() => headers.append("a b", "c")), name(() => headers.set("a", "b\\nc")), name(() => headers.set("a", "☃"))];`),
    ).toEqual([
      [
        ["a", "x"],
        ["b", "1, 2"],
        ["set-cookie", "c"],
        ["set-cookie", "d"],
      ],
      ["c", "d"],
      "1, 2",
      false,
      "TypeError",
      "TypeError",
      "TypeError",
    ]);
  });

  test("Responses are made, cloned and consumed once", async () => {
    expect(
      await run(`
        const response = new Response("body", { status: 201, headers: { a: "b" } });
        const clone = response.clone();
        const texts = [await response.text(), await clone.text(), await response.text().catch((error) => error.name)];
        const streamed = new Response(new Response("streamed").body);
        const teed = streamed.clone();
        const json = Response.json({ a: 1 });
        const form = await new Response(new URLSearchParams("a=1&b=2")).formData();
        return [texts, response.bodyUsed, await streamed.text(), await teed.text(), await json.json(), json.headers.get("content-type"),
          Response.error().type, Response.redirect("https://a.example/").headers.get("location"), [...form], new Response().body,
          (await new Response("x").blob()).type, new Uint8Array(await new Response("x").arrayBuffer())[0]];`),
    ).toEqual([
      ["body", "body", "TypeError"],
      true,
      "streamed",
      "streamed",
      { a: 1 },
      "application/json",
      "error",
      "https://a.example/",
      [
        ["a", "1"],
        ["b", "2"],
      ],
      null,
      "text/plain;charset=UTF-8",
      120,
    ]);
  });

  test("Requests are made of URLs and of Requests", async () => {
    expect(
      await run(`
        const name = (f) => { try { f(); return "none"; } catch (error) { return error.name; } };
        const request = new Request("https://a.example/x", { method: "post", body: "text", headers: { b: "c" } });
        const clone = request.clone();
        const other = new Request(request, { headers: { d: "e" } });
        return [request.method, request.url, request.bodyUsed, await other.text(), other.headers.get("d"), other.headers.get("b"), await clone.text(),
          name(() => new Request("relative")), name(() => new Request("https://u:p@a.example/")), name(() => new Request("https://a.example/", { body: "x" })),
          name(() => new Request("https://a.example/", { method: "TRACE" })), name(() => new Request("https://a.example/", { method: "POST", body: new ReadableStream() }))];`),
    ).toEqual(["POST", "https://a.example/x", true, "text", "e", null, "text", ...Array(5).fill("TypeError")]);
  });
});

describe("bodies and limits", () => {
  const slow = (pieces: number): ReadableStream<Uint8Array> => {
    let left = pieces;
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        await Bun.sleep(1);
        if (left-- > 0) controller.enqueue(new Uint8Array(100_000).fill(left));
        else controller.close();
      },
    });
  };

  test("bodies are read and given up when the host has no room for more: that is what makes it", async () => {
    using owner = new V8Sandbox({ threads: 1, hostBytesMax: 16 * 65_536 + 4000 });
    const worker = await owner.createIsolate();
    let body = (): ReadableStream<Uint8Array> => slow(3);
    worker.onRequest("fetch", () => new Response(body()));
    worker.onRequest("other", () => "fine");
    const found = await worker.evaluate(`(async () => {
      const responses = [];
      const other = () => NETWORK.request("other", "x".repeat(10_000)).catch(({ code }) => code);
      for (;;) try { responses.push(await fetch("http://a/")); } catch { break; }
      const before = await other();
      const lengths = [];
      for (const response of responses.slice(0, 4)) lengths.push((await response.bytes()).length);
      for (const response of responses.slice(4)) await response.body.cancel();
      return [responses.length, before, lengths, await other()];
    })()`);
    await until(() => worker.stats().hostBytes === 0);
    expect(found).toEqual([16, "ERR_LIMIT", [300_000, 300_000, 300_000, 300_000], "fine"]);
    // As much as its platform asks, and no more: nothing comes of such a body before the last reads are refused.
    const refused = Promise.withResolvers<unknown>();
    worker.on("refused", refused.resolve);
    body = () => new ReadableStream({ pull: async (controller) => void (await refused.promise, controller.close()) });
    const forged = await worker.evaluate(`(async () => {
      const kept = [];
      for (;;) try { kept.push(await NETWORK.request("fetch", { url: "http://a/" })); } catch { break; }
      const reads = Array.from({ length: 50 }, () => NETWORK.request("__body.read", kept[0].body.stream));
      const absent = NETWORK.request("__body.read", -1);
      void Promise.allSettled([...reads.slice(-19), absent]).then(() => NETWORK.send("refused"));
      return (await Promise.allSettled([...reads, absent])).map(({ status, reason }) => reason?.code ?? status);
    })()`);
    expect(forged[0]).toBe("fulfilled");
    expect(forged.slice(-20)).toEqual(Array(20).fill("ERR_LIMIT"));
  });

  test("a body comes in pieces that messages have room for", async () => {
    const worker = await sandbox.createIsolate({ messageBytesMax: 4096 });
    const text = Array.from({ length: 9000 }, (_, index) => index).join();
    worker.onRequest("fetch", ({ url }) => {
      if (url.endsWith("stream")) return new Response(slow(2));
      return new Response(url.endsWith("text") ? text : new TextEncoder().encode(text));
    });
    const texts = await worker.evaluate(`(async () => {
      const ask = async (path) => (await fetch("http://a/" + path)).text();
      const expected = Array.from({ length: 9000 }, (_, index) => index).join();
      return [(await ask("text")) === expected, (await ask("bytes")) === expected, (await ask("stream")).length];
    })()`);
    expect(texts).toEqual([true, true, 200_000]);
    expect(worker.stats().hostBytes).toBe(0);
  });

  test("a chunk of a guest's stream that nobody reads on is kept no longer than the stream", async () => {
    const worker = await sandbox.createIsolate();
    worker.onRequest("fetch", async ({ body }) => {
      await body.getReader().read();
      return new Response("enough");
    });
    await worker.evaluate(`fetch("http://a/", {
      method: "POST",
      duplex: "half",
      body: new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(50_000)) }),
    }).then((response) => response.text())`);
    await until(() => {
      Bun.gc(true);
      return worker.stats().hostBytes === 0;
    });
  });
});
