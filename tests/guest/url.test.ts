// https://url.spec.whatwg.org/#url-class
import { describe, expect, test } from "bun:test";
import { descriptor, run, thrown } from "./guest.ts";

describe("URL", () => {
  test("takes a URL apart", async () => {
    expect(
      await run(`const url = new URL("HTTPS://us%65r:pa:ss@EXAMPLE.com:8443/a/./b/../c?q=1&r#frag ment");
        return Object.fromEntries(["href", "origin", "protocol", "username", "password", "host", "hostname", "port",
          "pathname", "search", "hash"].map((key) => [key, url[key]]))`),
    ).toEqual({
      href: "https://us%65r:pa%3Ass@example.com:8443/a/c?q=1&r#frag%20ment",
      origin: "https://example.com:8443",
      protocol: "https:",
      username: "us%65r",
      password: "pa%3Ass",
      host: "example.com:8443",
      hostname: "example.com",
      port: "8443",
      pathname: "/a/c",
      search: "?q=1&r",
      hash: "#frag%20ment",
    });
  });

  test("resolves against a base", async () => {
    expect(
      await run(`return [new URL("../x?y", "http://a/b/c/d").href, URL.parse("x", "about:blank"),
        URL.parse("//h", "wss://a").href, URL.canParse("x"), URL.canParse("x", "http://a"), URL.canParse("a:", "x")]`),
    ).toEqual(["http://a/b/x?y", null, "wss://h/", false, true, false]);
  });

  test("host, path and origin where they are unusual", async () => {
    expect(
      await run(`const of = (text) => { const url = new URL(text); return [url.href, url.host, url.pathname, url.origin]; };
        return ["web+demo:/.//not-a-host/", "mailto:a@b", "file:///C|/x", "blob:https://h:1/id", "blob:file:///x", "http://h?",
          "http://[::1]:80/"].map(of)`),
    ).toEqual([
      ["web+demo:/.//not-a-host/", "", "//not-a-host/", "null"],
      ["mailto:a@b", "", "a@b", "null"],
      ["file:///C:/x", "", "/C:/x", "null"],
      ["blob:https://h:1/id", "", "https://h:1/id", "https://h:1"],
      ["blob:file:///x", "", "file:///x", "null"],
      ["http://h/?", "h", "/", "http://h"],
      ["http://[::1]/", "[::1]", "/", "http://[::1]"],
    ]);
  });

  test("domains by UTS 46", async () => {
    expect(
      await run(`return ["faß.de", "BÜCHER.example", "xn--a", "a.b%2ec", "a\\u00adb", "日本語。jp", "a%20b", "x..y"]
        .map((host) => URL.parse("https://" + host)?.hostname)`),
    ).toEqual([
      "xn--fa-hia.de",
      "xn--bcher-kva.example",
      undefined,
      "a.b.c",
      "ab",
      "xn--wgv71a119e.jp",
      undefined,
      "x..y",
    ]);
  });

  test("setters change what they may", async () => {
    expect(
      await run(`const url = new URL("http://h/p");
        url.port = "81"; url.host = "x:82"; url.pathname = "a b"; url.search = "é"; url.hash = "#"; url.username = "u:";
        url.protocol = "mailto"; url.hostname = ""; url.port = "no";
        const first = url.href;
        url.href = "ftp://f";
        return [first, url.href]`),
    ).toEqual(["http://u%3A@x:82/a%20b?%C3%A9#", "ftp://f/"]);
  });

  test("what is no URL throws a TypeError and changes nothing", async () => {
    expect(
      await run(`${thrown}
        const url = new URL("http://h");
        return [thrown(() => new URL("/x")), thrown(() => new URL()), thrown(() => URL("http://h")), thrown(() => URL.parse()),
          thrown(() => { url.href = "x"; }), thrown(() => URL.prototype.toString.call({})), thrown(() => new URL(Symbol())),
          url.href]`),
    ).toEqual(["TypeError", "TypeError", "TypeError", "TypeError", "TypeError", "TypeError", "TypeError", "http://h/"]);
  });

  test("searchParams and search follow each other", async () => {
    expect(
      await run(`const url = new URL("http://h/?a=1&b=2#f");
        const params = url.searchParams;
        params.append("c", "x y&");
        const first = url.href;
        url.search = "?z=%F0%9F%92%A9";
        const second = [...params];
        params.delete("z");
        url.href = "http://h/?n";
        return [first, second, [...params], params === url.searchParams, url.href]`),
    ).toEqual(["http://h/?a=1&b=2&c=x+y%26#f", [["z", "💩"]], [["n", ""]], true, "http://h/?n"]);
  });

  test("has Web IDL's shape", async () => {
    expect(
      await run(`${descriptor}
        return [URL.length, URL.parse.length, URL.canParse.length, descriptor(URL.prototype, "href"),
          descriptor(URL.prototype, "origin"), descriptor(URL.prototype, "toJSON"), descriptor(URL, "canParse"),
          String(new URL("a:")), JSON.stringify([new URL("a:")]), Object.prototype.toString.call(new URL("a:"))]`),
    ).toEqual([
      1,
      1,
      1,
      "getset enumerable configurable",
      "get enumerable configurable",
      "value writable enumerable configurable",
      "value writable enumerable configurable",
      "a:",
      '["a:"]',
      "[object URL]",
    ]);
  });

  test("a URL too long to parse in time is refused, and so is a domain", async () => {
    expect(
      await run(`return [URL.canParse("a:" + "x".repeat(2 ** 20)), URL.canParse("a:" + "x".repeat(2 ** 24)),
        URL.canParse("http://" + "x".repeat(2 ** 16)), URL.canParse("http://" + "é".repeat(2 ** 16))]`),
    ).toEqual([true, false, true, false]);
  });
});
