import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import { next, rejection, thrown } from "./harness.ts";

const sandbox = new V8Sandbox();
afterAll(() => sandbox.shutdown());

describe("the guest's requests", () => {
  test("are answered with what the handler returns or resolves to", async () => {
    const worker = await sandbox.createIsolate();
    worker
      .onRequest("sync", ({ a }) => a + 1)
      .onRequest("async", async ({ a }) => new Map([[a, new Date(0)]]))
      .onRequest("nothing", () => {});
    expect(await worker.evaluate("NETWORK.request('sync', { a: 1 })")).toBe(2);
    expect(await worker.evaluate("NETWORK.request('async', { a: 1 })")).toEqual(new Map([[1, new Date(0)]]));
    expect(await worker.evaluate("NETWORK.request('nothing')")).toBeUndefined();
  });

  test("fail with the handler's error: name, message, code and own data, without the host's stack", async () => {
    const worker = await sandbox.createIsolate();
    worker.onRequest("fail", () => {
      throw Object.assign(new TypeError("URL not allowed"), { code: "ERR_URL", url: "x" });
    });
    const result = await worker.evaluate(`
      try { await NETWORK.request('fail', {}); } catch (error) {
        [error instanceof Error, error.name, error.message, error.code, error.url, String(error.stack)];
      }`);
    expect(result.slice(0, 5)).toEqual([true, "TypeError", "URL not allowed", "ERR_URL", "x"]);
    expect(result[5]).not.toContain("requests.test.ts");
    expect(result[5]).not.toContain("/");
  });

  test.each([
    ["null", null, "null"],
    ["a string", "text", "text"],
    ["undefined", undefined, "undefined"],
  ])("a handler that throws %s", async (_name, value, message) => {
    const worker = await sandbox.createIsolate();
    worker.onRequest("fail", async () => Promise.reject(value));
    expect(
      await worker.evaluate(
        "NETWORK.request('fail').catch((error) => [error instanceof Error, error.name, error.message])",
      ),
    ).toEqual([true, "Error", message]);
  });

  test("nobody handles reject at once, naming the method", async () => {
    const worker = await sandbox.createIsolate();
    const [name, code, message] = await worker.evaluate(
      "NETWORK.request('missing', 1).catch((error) => [error.name, error.code, error.message])",
    );
    expect([name, code]).toEqual(["Error", "ERR_NO_HANDLER"]);
    expect(message).toContain("missing");
  });

  test("whose answer cannot be cloned reject with a DataCloneError, and the host hears nothing", async () => {
    const worker = await sandbox.createIsolate();
    worker.onRequest("f", () => () => {});
    expect(await worker.evaluate("NETWORK.request('f').catch((error) => error.name)")).toBe("DataCloneError");
    expect(worker.stats().unheardErrors).toBe(0);
  });

  test("that cannot be cloned themselves reject in the guest", async () => {
    const worker = await sandbox.createIsolate();
    expect(await worker.evaluate("NETWORK.request('f', () => {}).catch((error) => error.name)")).toBe("DataCloneError");
  });

  test("may be answered out of order", async () => {
    const worker = await sandbox.createIsolate();
    const answers: (() => void)[] = [];
    worker.onRequest(
      "wait",
      (name) =>
        new Promise((resolve) => {
          answers.push(() => resolve(name));
          if (answers.length === 3) for (const index of [1, 0, 2]) answers[index]!();
        }),
    );
    expect(
      await worker.evaluate(`
        const order = [];
        await Promise.all(["a", "b", "c"].map((name) => NETWORK.request('wait', name).then((got) => order.push(got))));
        order`),
    ).toEqual(["b", "a", "c"]);
  });

  test("10,000 one after another", async () => {
    const worker = await sandbox.createIsolate();
    worker.onRequest("next", (n) => n + 1);
    expect(await worker.evaluate("let n = 0; while (n < 10_000) n = await NETWORK.request('next', n); n")).toBe(10_000);
  });

  test("1,000 at a time", async () => {
    const worker = await sandbox.createIsolate();
    worker.onRequest("double", async (n) => {
      await null;
      return n * 2;
    });
    expect(
      await worker.evaluate(`
        const results = await Promise.all(Array.from({ length: 1000 }, (_, n) => NETWORK.request('double', n)));
        results.every((result, n) => result === n * 2)`),
    ).toBe(true);
  });

  test("beyond requestsMax reject at once", async () => {
    const worker = await sandbox.createIsolate({ requestsMax: 3 });
    worker.onRequest("never", () => new Promise(() => {}));
    expect(
      await worker.evaluate(`
        for (let i = 0; i < 3; i++) NETWORK.request('never');
        try { await NETWORK.request('never'); 'accepted' } catch (error) { error instanceof Error }`),
    ).toBe(true);
  });

  test("the guest gives up abort the handler's signal", async () => {
    const worker = await sandbox.createIsolate();
    const aborted = new Promise((resolve) =>
      worker.onRequest("wait", (_data, { signal }) => {
        signal.addEventListener("abort", () => resolve(signal.reason.code));
        worker.send("enough");
        return new Promise(() => {});
      }),
    );
    worker.execute(`
      const controller = new AbortController();
      NETWORK.request('wait', null, { signal: controller.signal }).catch((error) => NETWORK.send('gave up', error.name));
      NETWORK.on('enough', () => controller.abort());
    `);
    const gaveUp = next(worker, "gave up");
    expect(await aborted).toBe("ERR_ABORTED");
    expect(await gaveUp).toBe("AbortError");
    expect(worker.stats().requestsPending).toBe(0);
  });

  test("of an isolate that ends abort the handler's signal; the answer goes nowhere", async () => {
    const worker = await sandbox.createIsolate();
    const asked = Promise.withResolvers<void>();
    const aborted = new Promise<string>((resolve) =>
      worker.onRequest("wait", async (_data, { signal, isolate, method }) => {
        expect([isolate, method]).toEqual([worker, "wait"]);
        asked.resolve();
        await new Promise((abort) => signal.addEventListener("abort", abort));
        resolve(signal.reason.code);
        return "late";
      }),
    );
    worker.execute("NETWORK.request('wait')");
    await asked.promise;
    worker.destroy();
    expect(await aborted).toBe("ERR_ISOLATE_DESTROYED");
  });
});

describe("the host's requests", () => {
  test("are answered by the guest's NETWORK.onRequest", async () => {
    const worker = await sandbox.createIsolate();
    worker.execute(`
      NETWORK.onRequest('double', (n) => n * 2);
      NETWORK.onRequest('later', async (ms) => { await new Promise((r) => setTimeout(r, ms)); return { ms }; });
      NETWORK.onRequest('fail', () => { throw Object.assign(new RangeError('no'), { code: 'E_NO' }); });
      NETWORK.onRequest('never', () => new Promise(() => {}));
      NETWORK.onRequest('hang', () => { for (;;); });
      NETWORK.onRequest('function', () => () => {});
    `);
    expect(await worker.request("double", 21)).toBe(42);
    expect(await worker.request("later", 5)).toEqual({ ms: 5 });
    expect(await rejection(worker.request("fail"))).toMatchObject({
      code: "ERR_REQUEST",
      guest: { name: "RangeError", message: "no", code: "E_NO" },
    });
    expect(await rejection(worker.request("missing"))).toMatchObject({
      code: "ERR_REQUEST",
      guest: { code: "ERR_NO_HANDLER" },
    });
    expect(await rejection(worker.request("function"))).toMatchObject({ guest: { name: "DataCloneError" } });
    expect(await rejection(worker.request("never", 0, { timeoutMs: 20 }))).toMatchObject({ code: "ERR_TIMEOUT" });
    expect(await rejection(worker.request("never", 0, { signal: AbortSignal.timeout(20) }))).toMatchObject({
      code: "ERR_ABORTED",
    });
    expect(await rejection(worker.request("hang", 0, { timeoutMs: 20 }))).toMatchObject({ code: "ERR_TIMEOUT" });
    expect(await worker.request("double", 4)).toBe(8);
  });
});

describe("the methods of fetch itself", () => {
  test.each(["__fetch", "__body.read", "__body.cancel", "__body.collect"])(
    "%s is neither handled nor asked for by others",
    async (name) => {
      const worker = await sandbox.createIsolate();
      const message = `the method "${name}" is reserved`;
      expect(thrown(() => worker.onRequest(name, () => {}))).toMatchObject({ code: "ERR_ARGUMENT" });
      expect(() => worker.onRequest(name, () => {})).toThrow(message);
      expect(() => worker.offRequest(name)).toThrow(message);
      expect(await rejection(worker.request(name, 1))).toMatchObject({ code: "ERR_ARGUMENT" });
    },
  );

  test("an upload is the handler's to read, whatever else the host asks meanwhile", async () => {
    const worker = await sandbox.createIsolate();
    worker.onRequest("fetch", async ({ body }) => {
      const ids = Array.from({ length: 8 }, (_, id) => id);
      await Promise.all(ids.map((id) => rejection(worker.request("__body.read", id))));
      return { status: 200, body: await new Response(body).text() };
    });
    const uploaded = await worker.evaluate(`
      const body = new ReadableStream({
        start(controller) {
          for (const text of ["a", "b", "c"]) controller.enqueue(new TextEncoder().encode(text));
          controller.close();
        },
      });
      (await fetch("https://a.example/", { method: "POST", body, duplex: "half" })).text()`);
    expect(uploaded).toBe("abc");
  });

  test("what hosts handle and send by contract is theirs: fetch and the events of WebSockets", async () => {
    const worker = await sandbox.createIsolate();
    const opened = next(worker, "ws.open");
    worker
      .onRequest("fetch", () => ({ status: 204 }))
      .on("ws.send", () => {})
      .on("ws.close", () => {});
    expect(await worker.evaluate("(await fetch('https://a.example/')).status")).toBe(204);
    worker.execute("const socket = new WebSocket('wss://a.example/'); socket.onopen = () => NETWORK.send('open');");
    const { conn_id } = await opened;
    const open = next(worker, "open");
    for (const nonsense of [null, 5, {}, { conn_id: -1, event_type: "open" }, { conn_id, event_type: "none" }]) {
      worker.send("__ws_event", nonsense);
    }
    worker.send("__ws_event", { conn_id, event_type: "open" });
    await open;
    expect(await worker.evaluate("socket.readyState")).toBe(1);
  });
});
