// https://urlpattern.spec.whatwg.org/
import { describe, expect, test } from "bun:test";
import { run, thrown } from "./guest.ts";

describe("URLPattern", () => {
  test("matches strings, with a base or without, and dictionaries", async () => {
    expect(
      await run(`const pattern = new URLPattern("/books/:id(\\\\d+)/*?", "https://shop.example");
        return [pattern.test("https://shop.example/books/12/x"), pattern.test("/books/12", "https://shop.example"),
          pattern.test("https://shop.example/books/x/"), pattern.test({ pathname: "/books/1/", hostname: "shop.example",
          protocol: "https" }), pattern.test("no url"), pattern.test()]`),
    ).toEqual([true, true, false, true, false, false]);
  });

  test("exec gives groups and inputs", async () => {
    expect(
      await run(`const pattern = new URLPattern({ pathname: "/:a/:b?", search: "*", hostname: "{:sub.}?example.com" });
        const result = pattern.exec("https://example.com/x?q=1#h");
        return [Object.keys(result), result.pathname, "b" in result.pathname.groups, result.search, result.hostname,
          result.hash, result.inputs, pattern.exec("https://example.org/x")]`),
    ).toEqual([
      ["hash", "hostname", "inputs", "password", "pathname", "port", "protocol", "search", "username"],
      { groups: { a: "x", b: undefined }, input: "/x" },
      true,
      { groups: { "0": "q=1" }, input: "q=1" },
      { groups: { sub: undefined }, input: "example.com" },
      { groups: { "0": "h" }, input: "h" },
      ["https://example.com/x?q=1#h"],
      null,
    ]);
  });

  test("has its components, canonical", async () => {
    expect(
      await run(`const pattern = new URLPattern("https://EXAMPLE.com:443/caf\\u00e9/:x([a-z]+)\\\\?q#*", { ignoreCase: true });
        const { protocol, username, password, hostname, port, pathname, search, hash, hasRegExpGroups } = pattern;
        return [protocol, username, password, hostname, port, pathname, search, hash, hasRegExpGroups,
          pattern.test("https://example.com/CAF%C3%A9/ABC?Q#z"), new URLPattern({}).hasRegExpGroups]`),
    ).toEqual(["https", "*", "*", "example.com", "", "/caf%C3%A9/:x([a-z]+)", "q", "*", true, true, false]);
  });

  test("a protocol that may be special makes paths hierarchical", async () => {
    expect(
      await run(`return ["http{s}?", "(data|https)", "data"].map((protocol) =>
        new URLPattern({ protocol, pathname: "a b" }).pathname)`),
    ).toEqual(["a%20b", "a%20b", "a b"]);
  });

  test("what is no pattern throws a TypeError", async () => {
    expect(
      await run(`${thrown}
        return [() => new URLPattern("/relative"), () => new URLPattern({ pathname: "/(" }), () => new URLPattern({}, "https://a"),
          () => new URLPattern({ pathname: "/:a/:a" }), () => new URLPattern({ pathname: "/([)" }), () => URLPattern(),
          () => new URLPattern({}).test({}, "https://a"), () => URLPattern.prototype.test.call({}),
          () => new URLPattern({ pathname: "*".repeat(20_000) })].map(thrown)`),
    ).toEqual(Array(9).fill("TypeError"));
  });

  test("overloads: a second argument is a base URL unless it is an object, null or undefined", async () => {
    expect(
      await run(`return [new URLPattern("/a", "https://h").hostname, new URLPattern({ pathname: "/a" }, undefined).pathname,
        new URLPattern("https://h/a", null).pathname, new URLPattern("/A", "https://h", { ignoreCase: 1 }).test("https://h/a")]`),
    ).toEqual(["h", "/a", "/a", true]);
  });

  test("generates and compares, as proposed", async () => {
    expect(
      await run(`${thrown}
        const pattern = new URLPattern({ pathname: "/:a/x" });
        return [pattern.generate("pathname", { a: "\\u00e9" }), thrown(() => pattern.generate("pathname", { a: "x/y" })),
          thrown(() => pattern.generate("path", {})),
          URLPattern.compareComponent("pathname", pattern, new URLPattern({ pathname: "/*" })),
          thrown(() => URLPattern.compareComponent("pathname", pattern, {}))]`),
    ).toEqual(["/%C3%A9/x", "TypeError", "TypeError", 1, "TypeError"]);
  });
});
