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

/** Source text of `failure(promise)`: "Name: message" of what it rejects with. */
const failure = `const failure = (promise) => promise.then(() => "no failure", (error) => error.name + ": " + error.message);`;

describe("data: URLs", () => {
  test("are answered by the guest, as the standard reads them", async () => {
    const result = await run(`
      const read = async (url, init) => {
        const response = await fetch(url, init);
        return [response.status, response.type, response.headers.get("content-type"), await response.text()];
      };
      return Promise.all([
        read("data:,caf%C3%A9%2"),
        read("data:;charset=utf-8;base64 ,aGk="),
        read("data:text/html;x=\\"a b\\"; BASE64,%61GVs%20bG8#part"),
        read("data:nothing/;at,all"),
        read("data:,x", { method: "HEAD" }),
      ]);`);
    expect(result).toEqual([
      [200, "basic", "text/plain;charset=US-ASCII", "café%2"],
      [200, "basic", "text/plain;charset=utf-8", "hi"],
      [200, "basic", 'text/html;x="a b"', "hello"],
      [200, "basic", "text/plain;charset=US-ASCII", "all"],
      [200, "basic", "text/plain;charset=US-ASCII", ""],
    ]);
  });

  test("fail without a comma, or where base64 is none", async () => {
    const result = await run<string[]>(`${failure}
      return Promise.all([failure(fetch("data:text/plain")), failure(fetch("data:;base64,a"))]);`);
    for (const text of result) expect(text).toStartWith("TypeError: Failed to fetch");
  });

  test("are bytes, a megabyte too", async () => {
    const result = await run(`
      const bytes = new Uint8Array(1_000_000).map((_, index) => index * 7);
      const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
      const answer = await (await fetch("data:application/octet-stream;base64," + text)).bytes();
      return [answer.length, answer.every((byte, index) => byte === bytes[index])];`);
    expect(result).toEqual([1_000_000, true]);
  });
});

describe("blob: URLs", () => {
  test("are answered by the guest, in parts too", async () => {
    const result = await run(`
      const url = URL.createObjectURL(new Blob(["hello, world"], { type: "text/x" }));
      const read = async (input, headers = {}) => {
        const response = await fetch(input, { headers });
        const [type, length, range] = ["content-type", "content-length", "content-range"].map((name) => response.headers.get(name));
        return [response.status, type, length, range, await response.text()];
      };
      const kept = new Request(url);
      const results = [await read(url), await read(url, { range: "bytes=7-" }), await read(url, { range: "bytes=-3" })];
      URL.revokeObjectURL(url);
      return [...results, await read(kept)];`);
    expect(result).toEqual([
      [200, "text/x", "12", null, "hello, world"],
      [206, "text/x", "5", "bytes 7-11/12", "world"],
      [206, "text/x", "3", "bytes 9-11/12", "rld"],
      [200, "text/x", "12", null, "hello, world"],
    ]);
  });

  test("fail once they are revoked, for other methods and for no such range", async () => {
    const result = await run<string[]>(`${failure}
      const url = URL.createObjectURL(new Blob(["x"]));
      const gone = URL.createObjectURL(new Blob(["x"]));
      URL.revokeObjectURL(gone);
      return Promise.all([
        failure(fetch(gone)),
        failure(fetch(url, { method: "POST" })),
        failure(fetch(url, { headers: { range: "bytes=1-" } })),
        failure(fetch(url, { headers: { range: "bytes=0-0,0-0" } })),
      ]);`);
    for (const text of result) expect(text).toStartWith("TypeError: Failed to fetch");
  });
});

describe("relative URLs", () => {
  test("are relative to the location, where a script has defined one", async () => {
    const result = await run(`${thrown}
      const before = thrown(() => new Request("/a"));
      globalThis.location = new URL("https://tenant.example/app/index");
      return [
        before,
        new Request("b?c").url,
        Response.redirect("/d").headers.get("location"),
        new Request("https://else.example/").url,
        new Request("", { referrer: "from" }).referrer,
        new Request("", { referrer: "https://else.example/" }).referrer,
        new WebSocket("socket").url,
      ];`);
    expect(result).toEqual([
      "TypeError",
      "https://tenant.example/app/b?c",
      "https://tenant.example/d",
      "https://else.example/",
      "https://tenant.example/app/from",
      "about:client",
      "wss://tenant.example/app/socket",
    ]);
  });

  test("a location that is none is no base", async () => {
    const result = await run(`${thrown}
      return [undefined, "https://a.example/", {}, { href: 1 }, { href: "nowhere" }].map((value) => {
        globalThis.location = value;
        return thrown(() => new Request("/a"));
      });`);
    expect(result).toEqual(Array(5).fill("TypeError"));
  });

  test("mode 'same-origin' keeps to the location's origin", async () => {
    const result = await runWith(
      () => ({ body: "answered" }),
      `${failure}
      const init = { mode: "same-origin" };
      const free = await (await fetch("https://b.example/", init)).text();
      globalThis.location = new URL("https://a.example/");
      return [free, await (await fetch("/x", init)).text(), await failure(fetch("https://b.example/", init))];`,
    );
    expect(result).toEqual(["answered", "answered", expect.stringContaining("TypeError: Failed to fetch")]);
  });
});

describe("integrity", () => {
  const digest = (hash: string, text: string): string =>
    `${hash}-${new Bun.CryptoHasher(hash as "sha256").update(text).digest("base64")}`;

  test("lets bodies through that match the strongest hash, of a stream as of text", async () => {
    const good = digest("sha384", "body");
    const weak = digest("sha256", "body");
    const wrong = digest("sha512", "other");
    for (const answer of [() => ({ body: "body" }), () => new Response("body")]) {
      const result = await runWith(
        answer,
        `${failure}
        const read = (integrity) => fetch("https://a.example/", { integrity }).then((response) => response.text());
        return [
          await read("${good}"),
          await read("  ${digest("sha384", "other")} ${good}?x\\t"),
          await read("md5-unknown"),
          await failure(read("${weak} ${wrong}")),
          await read("${weak.replace("sha256", "SHA256").replaceAll("+", "-").replaceAll("/", "_")}"),
        ];`,
      );
      const failed = "TypeError: Failed to fetch: the response's body does not match the integrity.";
      expect(result).toEqual(["body", "body", "body", failed, "body"]);
    }
  });
});

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
