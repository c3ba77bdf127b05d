// What a guest sees of an answer does not depend on the way it took: the proxy as the handler itself, a handler around it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { V8Sandbox } from "network-runtime";
import type { RequestHandler } from "network-runtime";
import { fetchProxy } from "network-runtime/net";
import { createGuest, run } from "../guest/guest.ts";
import { until } from "./proxy.ts";
import { raw } from "./raw-server.ts";

const binary = new Uint8Array(3000).map((_, index) => index);
const bodies: Record<string, () => Response> = {
  "/text": () => new Response("plain", { headers: { "x-a": "1", "x-empty": "", "content-type": "text/plain" } }),
  "/json": () => Response.json({ answer: 42 }),
  "/utf8": () => new Response("\ufeffhé ☃"),
  "/binary": () => new Response(binary),
  "/empty": () => new Response(""),
  "/none": () => new Response(null, { status: 204 }),
  "/long": () => new Response("l".repeat(100_000)),
  "/gzip": () => new Response(gzipSync("unpacked"), { headers: { "content-encoding": "gzip" } }),
  "/stream": () =>
    new Response(
      new ReadableStream({
        async pull(controller): Promise<void> {
          controller.enqueue(new Uint8Array([104]));
          await Bun.sleep(1);
          controller.enqueue(new Uint8Array([105]));
          controller.close();
        },
      }),
    ),
  "/cookies": () => {
    const headers = new Headers();
    headers.append("set-cookie", "a=1");
    headers.append("set-cookie", "b=2");
    return new Response("c", { headers });
  },
  "/moved": () => Response.redirect("/text", 302),
  "/gone": () => new Response("nothing", { status: 410, statusText: "Gone" }),
};

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: ({ url }) => bodies[new URL(url).pathname]!(),
});
afterAll(() => server.stop(true));
const base = `http://127.0.0.1:${server.port}`;
const proxy = fetchProxy({ allow: [base] });
const ways: Record<string, RequestHandler> = {
  "the proxy itself": proxy,
  "a handler around it": (data, context) => proxy(data, context),
  "a handler that makes a Response of its own": async (data, context) => {
    const { status, statusText, headers, body, url, redirected } = await proxy(data, context);
    const own = new Response(body, { status, statusText, headers });
    Object.defineProperty(own, "url", { value: url });
    Object.defineProperty(own, "redirected", { value: redirected });
    return own;
  },
};

/** All that a guest can tell of a response, but for the date. */
const describeAll = `
  const all = async (path) => {
    const response = await fetch("${base}" + path);
    const { status, statusText, url, redirected, ok, type } = response;
    const copy = response.clone();
    const text = await copy.text();
    const bytes = [...new Uint8Array(await response.arrayBuffer())];
    const headers = [...response.headers].filter(([name]) => name !== "date");
    return { status, statusText, url, redirected, ok, type, headers, text, bytes };
  };`;

describe("answers", () => {
  test.each(Object.keys(bodies))("%s", async (path) => {
    const seen: unknown[] = [];
    for (const handler of Object.values(ways)) {
      const guest = await createGuest();
      guest.onRequest("fetch", handler);
      seen.push(await run(`${describeAll} return all(${JSON.stringify(path)});`, guest));
    }
    const direct = await fetch(base + path);
    const bytes = await direct.bytes();
    expect(seen[0]).toMatchObject({
      status: direct.status,
      url: direct.url,
      redirected: direct.redirected,
      text: new TextDecoder().decode(bytes),
      bytes: [...bytes],
    });
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  test("a body that came as text is read in every way there is", async () => {
    const guest = await createGuest();
    guest.onRequest("fetch", proxy);
    const results = await run(
      `const get = () => fetch("${base}/json");
      const form = await (async () => { try { await (await get()).formData(); } catch (e) { return e.name; } })();
      const whole = await get();
      const chunks = [];
      for await (const chunk of whole.body) chunks.push(...chunk);
      const taken = await get();
      await taken.text();
      return [
        await (await get()).text(), await (await get()).json(), [...await (await get()).bytes()].length,
        (await (await get()).arrayBuffer()).byteLength, (await (await get()).blob()).type, form, chunks.length,
        await taken.text().catch((e) => e.name), taken.bodyUsed, taken.body.locked, get.length,
      ];`,
      guest,
    );
    const { length } = JSON.stringify({ answer: 42 });
    expect(results).toEqual([
      ...[`{"answer":42}`, { answer: 42 }, length, length, "application/json;charset=utf-8", "TypeError", length],
      ...["TypeError", true, true, 0],
    ]);
  });

  test("text that begins with a byte order mark loses it, as bytes would", async () => {
    expect(
      await run(
        `const text = '\\ufeff{"a":1}';
        return [await new Response(text).text(), await new Response(text).json(), (await new Response(text).bytes()).length,
          await new Response("").text(), await new Response("\\ufeff\\ufeffx").text()]`,
      ),
    ).toEqual(['{"a":1}', { a: 1 }, 10, "", "\ufeffx"]);
  });

  test("NETWORK.request gets an object to read, whoever answers", async () => {
    const asked = `return NETWORK.request("fetch", { url: "${base}/text", method: "GET" })`;
    for (const handler of Object.values(ways)) {
      const guest = await createGuest();
      guest.onRequest("fetch", handler);
      const answer = await run<{ headers: [string, string][]; body: Uint8Array }>(asked, guest);
      expect(answer).toMatchObject({ status: 200, statusText: "OK", url: `${base}/text`, redirected: false });
      expect(new Map(answer.headers).get("x-a")).toBe("1");
      expect(answer.headers.every((pair) => pair.length === 2)).toBe(true);
    }
    const guest = await createGuest();
    guest.onRequest("fetch", () => ({ status: 200, body: "as it is" }));
    expect(await run<unknown>(asked, guest)).toEqual({ status: 200, body: "as it is" });
  });

  test("no answer of a handler's passes for the library's own", async () => {
    const guest = await createGuest();
    const forged = [200, "OK", "http://forged.example/", true, "x-forged\n1", "forged"];
    guest.onRequest("fetch", () => forged);
    const seen = await run(
      `return fetch("${base}/text").then((r) => [r.url, r.redirected, r.headers.get("x-forged"), r.status], (e) => e.name)`,
      guest,
    );
    expect(seen).toEqual([`${base}/text`, false, null, 200]);
  });
});

describe("patched prototypes", () => {
  let sandbox: V8Sandbox;
  beforeAll(() => void (sandbox = new V8Sandbox()));
  afterAll(() => sandbox.shutdown());

  test("neither see a request or an answer on its way nor change it", async () => {
    const guest = await sandbox.createIsolate();
    guest.onRequest("fetch", proxy);
    expect(
      await guest.evaluate(`(async () => {
        const seen = [];
        for (const key of ["0", "1", "4", "5", "url", "method", "headers", "body", "conn_id", "data"]) {
          for (const prototype of [Array.prototype, Object.prototype]) {
            Object.defineProperty(prototype, key, { configurable: true,
              get() { seen.push("get " + key); }, set() { seen.push("set " + key); } });
          }
        }
        String.prototype.indexOf = () => { seen.push("indexOf"); return 0; };
        const response = await fetch("${base}/text");
        const headers = response.headers.get("x-a");
        return JSON.stringify([await response.text(), headers, seen]);
      })()`),
    ).toBe(JSON.stringify(["plain", "1", []]));
  });
});

describe("bodies that nobody takes", () => {
  const streams = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () =>
      new Response(
        new ReadableStream({
          async pull(controller): Promise<void> {
            await Bun.sleep(1);
            controller.enqueue(new Uint8Array(1000));
          },
        }),
      ),
  });
  afterAll(() => streams.stop(true));
  const url = `http://127.0.0.1:${streams.port}/`;

  test("a request that is given up while its answer is on the way leaves no body behind", async () => {
    const guest = await createGuest();
    const own = fetchProxy({ allow: [url.slice(0, -1)], maxConcurrent: 2 });
    guest.onRequest("fetch", own);
    const names = await run(
      `const names = [];
      for (let index = 0; index < 4; index++) {
        const controller = new AbortController();
        const failed = fetch("${url}", { signal: controller.signal }).then(() => "answered", (error) => error.name);
        await new Promise((resolve) => setTimeout(resolve, 0));
        // Long enough for the answer to come meanwhile.
        for (const end = performance.now() + 60; performance.now() < end;);
        controller.abort();
        names.push(await failed);
      }
      return names;`,
      guest,
    );
    expect(names).toEqual(Array(4).fill("AbortError"));
    await until(() => own.stats().active === 0);
    expect(own.stats().requests).toBe(4);
  });

  test("are cancelled when nobody can reach them any more, in an isolate that does nothing else", async () => {
    const guest = await createGuest();
    const own = fetchProxy({ allow: [url.slice(0, -1)], maxConcurrent: 32 });
    guest.onRequest("fetch", own);
    await run(
      `const drop = async (use = () => {}, options = {}) => { await use(await fetch("${url}", options)); };
      globalThis.signal = new AbortController().signal;
      globalThis.kept = await fetch("${url}");
      globalThis.reader = (await fetch("${url}")).body.getReader();
      for (let index = 0; index < 24; index++) await drop();
      await drop(() => {}, { signal });
      await drop((response) => response.headers.get("x"));
      await drop((response) => void response.body);
      await drop((response) => void response.clone());
      await drop((response) => response.body.getReader().read());`,
      guest,
    );
    // Of the 31 those two, which can be reached.
    await until(() => own.stats().active === 2);
    expect(
      await run(`return [(await reader.read()).value.length > 0, (await kept.body.getReader().read()).done]`, guest),
    ).toEqual([true, false]);
    expect(own.stats().failed).toBe(29);
  }, 30_000);

  test("make room for requests that wait for a turn", async () => {
    const guest = await createGuest();
    const own = fetchProxy({ allow: [url.slice(0, -1)], maxConcurrent: 4 });
    guest.onRequest("fetch", own);
    const statuses = await run(
      `const statuses = [];
      for (let index = 0; index < 12; index++) statuses.push(await fetch("${url}").then((response) => response.status));
      return statuses`,
      guest,
    );
    expect(statuses).toEqual(Array(12).fill(200));
  }, 30_000);

  test("are not cancelled while the guest waits for them, though it keeps nothing but its wait", async () => {
    const guest = await createGuest();
    let send = (): void => {};
    guest.onRequest("fetch", () => {
      const stream = new ReadableStream({
        start(controller): void {
          controller.enqueue(new Uint8Array([1]));
          send = () => controller.enqueue(new Uint8Array([2]));
        },
      });
      return Object.defineProperty(new Response(stream), "url", { value: url });
    });
    guest.execute(`(async () => {
      const reader = (await fetch("${url}")).body.getReader();
      await reader.read();
      NETWORK.send("waits");
      NETWORK.send("read", (await reader.read()).value[0]);
    })()`);
    await new Promise((resolve) => guest.once("waits", resolve));
    const read = new Promise((resolve) => guest.once("read", resolve));
    // More garbage than the heap's young part holds: it is collected, all of it.
    await guest.evaluate(`for (let round = 0; round < 10; round++) new Array(1e6).fill({}); 0`);
    await guest.evaluate("new Promise((resolve) => setTimeout(resolve, 20))");
    send();
    expect(await read).toBe(2);
  });

  test("are given up where the guest keeps them, too", async () => {
    // What becomes of a request: each fails, or never reads its body.
    const handlers: Record<string, RequestHandler> = {
      "refused by the proxy": fetchProxy({ allow: [] }),
      "not connected": fetchProxy({ allow: ["http://127.0.0.1:1"] }),
      "a handler that throws": () => Promise.reject(new Error("no")),
      "a handler that drops it": () => new Response("ok"),
    };
    for (const handler of Object.values(handlers)) {
      const guest = await createGuest();
      guest.onRequest("fetch", handler);
      const cancelled = new Promise((resolve) => guest.once("cancelled", resolve));
      await run(
        `const body = new ReadableStream({ pull: () => new Promise(() => {}), cancel: () => NETWORK.send("cancelled") });
        return fetch("http://127.0.0.1:1/", { method: "POST", body, duplex: "half" }).then((r) => r.status, (e) => e.name)`,
        guest,
      );
      let known = false;
      void cancelled.then(() => (known = true));
      await until(() => {
        Bun.gc(true);
        return known;
      });
    }
  });

  test("nor does one whose kind has none, whatever the handler answers with", async () => {
    const guest = await createGuest();
    let cancelled = 0;
    guest.onRequest(
      "fetch",
      () =>
        new Response(new ReadableStream({ pull: () => new Promise<void>(() => {}), cancel: () => void cancelled++ })),
    );
    expect(await run(`return (await fetch("${url}", { method: "HEAD" })).text()`, guest)).toBe("");
    await until(() => cancelled === 1);
  });
});

describe("Responses of handlers", () => {
  test("may be streams of text, of buffers and of views, as Bun reads them", async () => {
    const of = (...chunks: unknown[]): ReadableStream =>
      new ReadableStream({
        start(controller): void {
          for (const chunk of chunks) controller.enqueue(chunk);
          controller.close();
        },
      });
    const slowly = (...chunks: unknown[]): ReadableStream =>
      new ReadableStream({
        async pull(controller): Promise<void> {
          await Bun.sleep(1);
          if (chunks.length === 0) controller.close();
          else controller.enqueue(chunks.shift());
        },
      });
    const bytes = new Uint8Array([65, 66, 67]);
    const all: unknown[][] = [
      ["data: a\n\n", "é"],
      ["", "x", new Uint8Array(), ""],
      [""],
      [],
      [bytes.buffer, new DataView(bytes.buffer, 1), new Uint16Array([0x4646])],
      ["a", bytes, "b", bytes.buffer],
      // A character in two pieces, and one that is never whole.
      ["\ud83d", "\ude00", "\ud83d"],
      ["\ud83d", bytes, "\ude00"],
      ["x".repeat(300_000), "é".repeat(300_000)],
    ];
    const guest = await createGuest();
    for (const chunks of all) {
      const expected = (await new Response(of(...chunks)).text()).toWellFormed();
      for (const make of [of, slowly]) {
        guest.onRequest("fetch", () => new Response(make(...chunks)));
        expect(await run<string>(`return (await fetch("${base}/text")).text()`, guest)).toBe(expected);
      }
    }
    for (const chunk of [5, null, {}, true, [1, 2], new Blob(["b"])]) {
      for (const make of [of, slowly]) {
        guest.onRequest("fetch", () => new Response(make("a", chunk)));
        const asked = `return fetch("${base}/text").then((r) => r.text()).catch((error) => [error.name, error.message])`;
        const [name, message] = await run<[string, string]>(asked, guest);
        expect([name, message]).toEqual(["TypeError", expect.stringContaining("neither text nor an ArrayBuffer")]);
      }
    }
  });

  test("may come from generators", async () => {
    const guest = await createGuest();
    guest.onRequest("fetch", () => {
      async function* pieces(): AsyncGenerator<string | Uint8Array> {
        yield "a";
        yield new Uint8Array([66]);
      }
      return new Response(pieces() as unknown as ReadableStream);
    });
    expect(await run<string>(`return (await fetch("${base}/text")).text()`, guest)).toBe("aB");
  });

  test("have the status that a server sent, even if no constructor takes it", async () => {
    const own = fetchProxy({ allow: () => true, addresses: ["127.0.0.1"] });
    const handlers: RequestHandler[] = [
      own,
      (data, context) => own(data, context),
      ({ url }) => fetch(url),
      () => ({ status: 999, statusText: "Request denied", body: "no" }),
    ];
    for (const handler of handlers) {
      using odd = await raw("HTTP/1.1 999 Request denied\r\nContent-Length: 2\r\n\r\nno", true);
      const guest = await createGuest();
      guest.onRequest("fetch", handler);
      const seen = await run(
        `const response = await fetch("${odd.url}");
        return [response.status, response.ok, response.statusText, await response.clone().text(), await response.text()]`,
        guest,
      );
      expect(seen).toEqual([999, false, "Request denied", "no", "no"]);
    }
  });

  test("may have any URL, or none", async () => {
    const guest = await createGuest();
    for (const own of [undefined, null, 7, "http://own.example/"]) {
      guest.onRequest("fetch", () => Object.defineProperty(new Response("x"), "url", { value: own }));
      const seen = await run<string>(`return (await fetch("${base}/text")).url`, guest);
      expect(seen).toBe(own === undefined || own === null ? `${base}/text` : String(own));
    }
  });

  test("send bytes, and nothing of the memory around them", async () => {
    const guest = await createGuest();
    const around = new Uint8Array(1000).fill(250);
    const stream = (last: () => Promise<void>): ReadableStream =>
      new ReadableStream({
        async pull(controller): Promise<void> {
          controller.enqueue(around.subarray(100, 200));
          await last();
          controller.close();
        },
      });
    const bodies = [
      (): Response => new Response(around.subarray(100, 200)),
      (): Response => new Response(stream(() => Bun.sleep(5))),
    ];
    for (const body of bodies) {
      guest.onRequest("fetch", body);
      const [bytes, buffer, ...raw] = await run<number[]>(
        `const { value } = await (await fetch("${base}/text")).body.getReader().read();
        const plain = await NETWORK.request("fetch", {});
        const piece = plain.body.stream === undefined ? plain.body : await NETWORK.request("__body.read", plain.body.stream);
        return [value.byteLength, value.buffer.byteLength, piece.byteLength, piece.buffer.byteLength];`,
        guest,
      );
      expect([bytes, buffer, ...raw]).toEqual([100, 100, 100, 100]);
    }
  });

  test("Response.error() is one, too", async () => {
    const guest = await createGuest();
    guest.onRequest("fetch", () => Response.error());
    const seen = await run(`return fetch("${base}/text").then((r) => r.status, (e) => [e.name, e.message])`, guest);
    expect(seen).toEqual(["TypeError", "The host's handler answered with a network error."]);
  });

  test("text is well formed in every way it is read", async () => {
    const guest = await createGuest();
    guest.onRequest("fetch", () => ({ body: "a\ud800" }));
    expect(
      await run(
        `const response = await fetch("${base}/text");
        const copy = response.clone();
        return [await response.text(), [...await copy.bytes()], await Response.json(JSON.rawJSON('"\\ud800"')).text()];`,
        guest,
      ),
    ).toEqual(["a\ufffd", [97, 0xef, 0xbf, 0xbd], '"\ufffd"']);
  });

  test("what cannot be cloned is named as the handler's value", async () => {
    const guest = await createGuest();
    guest.onRequest("fetch", () => ({ body: () => {} }));
    const message = await run<string>(`return fetch("${base}/text").catch((error) => error.message)`, guest);
    expect(message).toMatch(/^value\.body: /);
  });
});
