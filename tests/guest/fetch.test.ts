// https://fetch.spec.whatwg.org/ in a guest, what needs no network: tests/api/fetch.test.ts has the rest.
import { describe, expect, test } from "bun:test";
import type { RequestHandler } from "network-runtime";
import { createGuest, run, thrown } from "./guest.ts";

/** Runs a body in a guest whose fetch the handler answers. */
async function runWith<T>(handler: RequestHandler, body: string): Promise<T> {
  const guest = await createGuest();
  guest.onRequest("fetch", handler);
  return run<T>(body, guest);
}

describe("Requests", () => {
  test("in mode 'no-cors' carry what forms could carry", async () => {
    const result = await run(`${thrown}
      const { headers } = new Request("https://a.example/", {
        mode: "no-cors",
        headers: { accept: "*/*", authorization: "x", range: "bytes=0-", "content-type": "application/json" },
      });
      headers.append("Content-Language", "en");
      headers.set("Accept-Language", "de, en;q=0.5");
      headers.append("accept", "y".repeat(130));
      headers.set("x-mine", "1");
      headers.set("content-type", "text/plain;charset=x");
      const before = [...headers];
      headers.delete("accept");
      return [before, [...headers].length, thrown(() => new Request("https://a.example/", { mode: "no-cors", method: "PUT" }))];`);
    expect(result).toEqual([
      [
        ["accept", "*/*"],
        ["accept-language", "de, en;q=0.5"],
        ["content-language", "en"],
        ["content-type", "text/plain;charset=x"],
      ],
      3,
      "TypeError",
    ]);
  });

  test("say nothing about the connection, as in browsers", async () => {
    const names = ["Accept-Encoding", "Connection", "Content-Length", "Expect", "HOST", "Keep-Alive", "Proxy-X", "TE"];
    names.push("Trailer", "Transfer-Encoding", "Upgrade", "Via");
    const result = await runWith(
      ({ headers }: { headers: object }) => ({ body: JSON.stringify(headers) }),
      `const names = ${JSON.stringify(names)};
      const pairs = [["cookie", "a=b"], ["origin", "x"], ...names.map((name) => [name, "1"])];
      const request = new Request("https://a.example/", { headers: pairs });
      for (const name of names) {
        request.headers.append(name, "1");
        request.headers.set(name, "1");
      }
      return [await (await fetch(request)).json(), [...new Headers(pairs)].length];`,
    );
    expect(result).toEqual([{ cookie: "a=b", origin: "x" }, names.length + 2]);
  });

  test("have their members checked, in order", async () => {
    const result = await run(`${thrown}
      const log = [];
      const members = ["body", "cache", "credentials", "duplex", "headers", "integrity", "keepalive", "method", "mode",
        "priority", "redirect", "referrer", "referrerPolicy", "signal", "window"];
      const init = {};
      for (const member of members.toReversed()) Object.defineProperty(init, member, { get: () => void log.push(member) });
      new Request("https://a.example/", init);
      const bad = Object.entries({ cache: "x", credentials: "x", mode: "navigate", priority: "x", redirect: "x",
        referrer: "http://:bad", referrerPolicy: "x", signal: {}, window: "x", method: "TRACE", headers: 1 });
      return [log.join() === members.join(), bad.map(([member, value]) => thrown(() => new Request("https://a.example/", { [member]: value })))];`);
    expect(result).toEqual([true, Array(11).fill("TypeError")]);
  });

  test("follow the signal they were made with, and so do their clones", async () => {
    const result = await run(`
      const controller = new AbortController();
      const request = new Request("https://a.example/", { signal: controller.signal });
      const log = [];
      request.signal.onabort = () => log.push("request");
      const copy = request.clone();
      copy.signal.onabort = () => log.push("clone");
      const freed = new Request(request, { signal: null });
      controller.abort("why");
      return [log, request.signal.reason, new Request(copy).signal.aborted, freed.signal.aborted, request.signal === request.signal];`);
    expect(result).toEqual([["request", "clone"], "why", true, false, true]);
  });

  test("take the body of the request they are made of", async () => {
    const result = await run(`${thrown}
      const stream = () => new ReadableStream({ start(c) { c.enqueue(new Uint8Array([104, 105])); c.close(); } });
      const results = [];
      for (const body of ["hi", stream()]) {
        const first = new Request("https://a.example/", { method: "POST", body, duplex: "half" });
        const second = new Request(first);
        results.push(first.bodyUsed, second.bodyUsed, thrown(() => new Request(first)), await second.text());
      }
      return results;`);
    expect(result).toEqual([true, false, "TypeError", "hi", true, false, "TypeError", "hi"]);
  });
});

describe("abort", () => {
  test("cancels a request's stream with the signal's reason, before and while it is sent", async () => {
    const asked = Promise.withResolvers<void>();
    const guest = await createGuest();
    guest.onRequest("fetch", async () => {
      asked.resolve();
      return new Promise(() => {});
    });
    guest.onRequest("asked", () => asked.promise);
    const result = await run(
      `const send = (signal) => {
        let reason = "not cancelled";
        const body = new ReadableStream({ cancel: (why) => void (reason = why) });
        const promise = fetch("https://a.example/", { method: "POST", body, duplex: "half", signal });
        return [promise.catch((error) => error), () => reason];
      };
      const [early, earlyReason] = send(AbortSignal.abort("early"));
      const controller = new AbortController();
      const [late, lateReason] = send(controller.signal);
      await NETWORK.request("asked");
      controller.abort("late");
      return [earlyReason(), await early, lateReason(), await late];`,
      guest,
    );
    expect(result).toEqual(["early", "early", "late", "late"]);
  });

  test("takes away what has not been read of a response, text too", async () => {
    const result = await runWith(
      () => ({ body: "body" }),
      `const start = async () => {
        const controller = new AbortController();
        return [controller, await fetch("https://a.example/", { signal: controller.signal })];
      };
      const reason = (promise) => promise.then(() => "read", (error) => error);
      const [first, unread] = await start();
      first.abort("gone");
      const [second, streamed] = await start();
      const reader = streamed.body.getReader();
      second.abort("gone");
      const [third, read] = await start();
      const text = await read.text();
      third.abort("gone");
      return [await reason(unread.text()), await reason(unread.json()), await reason(reader.read()), text];`,
    );
    expect(result).toEqual(["gone", "gone", "gone", "body"]);
  });
});

describe("bodies", () => {
  test("are read without a look at Object.prototype", async () => {
    const result = await runWith(
      () => new Response("streamed"),
      `const response = await fetch("https://a.example/");
      const stream = new Response(new ReadableStream({ start(c) { c.enqueue(new Uint8Array([104, 105])); c.close(); } }));
      let seen = 0;
      Object.prototype.then = function () { seen++; };
      const texts = [];
      const done = Promise.withResolvers();
      for (const one of [response, stream]) one.text().then((text) => { texts.push(text); if (texts.length === 2) done.resolve(0); });
      await done.promise;
      delete Object.prototype.then;
      return [texts.sort(), seen];`,
    );
    expect(result).toEqual([["hi", "streamed"], 0]);
  });

  test("that are small are read before anybody asks, others only in their beginning", async () => {
    const guest = await createGuest();
    const pulled = { small: 0, large: 0 };
    let ended = false;
    const body = (name: keyof typeof pulled, pieces: number, bytes: number): ReadableStream =>
      new ReadableStream(
        {
          async pull(controller) {
            // A turn of the event loop between pieces: else they are sent as one.
            await Bun.sleep(1);
            if (pulled[name]++ < pieces) return controller.enqueue(new Uint8Array(bytes));
            controller.close();
            ended = true;
          },
        },
        { highWaterMark: 0 },
      );
    guest.onRequest("fetch", ({ url }: { url: string }) =>
      url.endsWith("small") ? new Response(body("small", 3, 1000)) : new Response(body("large", 1000, 20_000)),
    );
    await run(
      `globalThis.kept = [await fetch("https://a.example/large"), await fetch("https://a.example/small")];`,
      guest,
    );
    while (!ended) await Bun.sleep(1);
    expect(pulled.small).toBe(4);
    // One for what is read ahead, and one that the host asks for to see whether there is more at hand.
    expect(pulled.large).toBeLessThanOrEqual(3);
    expect(await run(`return (await kept[1].bytes()).length;`, guest)).toBe(3000);
  });

  test("of clones share no chunk", async () => {
    const result = await run(`
      const chunk = new Uint8Array([1]);
      const response = new Response(new ReadableStream({ start(c) { c.enqueue(chunk); c.close(); } }));
      const copy = response.clone();
      const [first, second] = [await response.body.getReader().read(), await copy.body.getReader().read()];
      return [first.value === chunk, second.value === chunk, second.value];`);
    expect(result).toEqual([true, false, new Uint8Array([1])]);
  });

  test("stay locked once they are consumed", async () => {
    const result = await run(`${thrown}
      const response = new Response("x");
      void response.text();
      return [response.bodyUsed, response.body.locked, thrown(() => response.body.getReader())];`);
    expect(result).toEqual([true, true, "TypeError"]);
  });

  test("of thousands of small chunks need no deep stack", async () => {
    const result = await run(`
      const body = new ReadableStream({ start(c) { for (let i = 0; i < 50_000; i++) c.enqueue(new Uint8Array(1)); c.close(); } });
      return (await new Response(body).bytes()).length;`);
    expect(result).toBe(50_000);
  });

  test("have members that reject for what is no Request or Response", async () => {
    const result = await run(`
      const names = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"];
      const results = [];
      for (const { prototype } of [Request, Response])
        for (const name of names) results.push(await prototype[name].call({}).catch((error) => error.name), prototype[name].name, prototype[name].length);
      return results;`);
    const names = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"];
    expect(result).toEqual([...names, ...names].flatMap((name) => ["TypeError", name, 0]));
  });
});

describe("Headers", () => {
  test("read a record by the steps of Web IDL", async () => {
    const result = await run(`
      const log = [];
      const traps = Object.fromEntries(Reflect.ownKeys(Reflect).filter((key) => typeof key === "string").map((key) => [
        key, (...args) => { log.push(key); return Reflect[key](...args); }]));
      const headers = new Headers(new Proxy({ b: "2", a: "1" }, traps));
      return [log, [...headers]];`);
    const two = ["getOwnPropertyDescriptor", "get"];
    expect(result).toEqual([
      ["get", "ownKeys", ...two, ...two],
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ]);
  });
});
