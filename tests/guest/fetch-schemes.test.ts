// https://fetch.spec.whatwg.org/ in a guest: what it answers by itself, and what a location and integrity do.
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

test("the host is told of the client where there is a location, and of the cache mode", async () => {
  const result = await runWith(
    ({ headers }: { headers: object }) => ({ body: JSON.stringify(headers) }),
    `const ask = async (url, init) => (await fetch(url, init)).json();
    const results = [await ask("https://a.example/", { method: "POST" }), await ask("https://a.example/", { cache: "no-store" })];
    globalThis.location = new URL("https://a.example/page?q#part");
    return [
      ...results,
      await ask("/x", { cache: "no-cache" }),
      await ask("/x", { method: "POST", referrer: "https://user:word@a.example/other#x" }),
      await ask("https://b.example/"),
      await ask("http://b.example/", { headers: { origin: "mine" } }),
      await ask("https://b.example/", { referrerPolicy: "unsafe-url", method: "POST", mode: "no-cors" }),
      await ask("https://b.example/", { referrerPolicy: "no-referrer", method: "POST", mode: "no-cors" }),
      await ask("https://b.example/", { referrer: "" }),
    ];`,
  );
  const origin = "https://a.example";
  expect(result).toEqual([
    {},
    { "cache-control": "no-cache", pragma: "no-cache" },
    { "cache-control": "max-age=0", referer: "https://a.example/page?q" },
    { origin, referer: "https://a.example/other" },
    { origin, referer: "https://a.example/" },
    { origin: "mine" },
    { origin, referer: "https://a.example/page?q" },
    { origin: "null" },
    { origin },
  ]);
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
