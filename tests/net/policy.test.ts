// Where a fetchProxy lets guests go.
import { afterAll, describe, expect, test } from "bun:test";
import { fetchProxy } from "network-runtime/net";
import type { FetchProxyOptions } from "network-runtime/net";
import { ask, codeOf, context, loopback } from "./proxy.ts";

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: (request) => Response.json({ host: request.headers.get("host"), url: request.url }),
});
afterAll(() => server.stop(true));
const { port } = server;
const origin = `http://127.0.0.1:${port}`;

describe("the allow-list", () => {
  test("nothing is allowed that is not listed", async () => {
    expect(() => fetchProxy({} as FetchProxyOptions)).toThrow("allow");
    for (const url of [origin, "https://example.com/", "http://localhost/"]) {
      expect(await codeOf(ask({ allow: [] }, { url }))).toBe("ERR_NET_NOT_ALLOWED");
    }
  });

  test("origins, hosts, hosts with ports, domains, functions", async () => {
    const allowed = (allow: FetchProxyOptions["allow"], url: string): Promise<string> =>
      codeOf(ask({ ...loopback, allow }, { url }));
    const url = `http://api.example.com:${port}/`;
    for (const allow of [
      [`http://api.example.com:${port}`],
      [`api.example.com:${port}`],
      [`*.example.com:${port}`],
      [`API.Example.com:${port}`],
    ]) {
      expect(await allowed(allow, url)).toBe("answered");
    }
    expect(await allowed((asked) => asked.hostname === "api.example.com", url)).toBe("answered");
    expect(await allowed(async () => true, url)).toBe("answered");
    for (const allow of [
      ["api.example.com"],
      [`https://api.example.com:${port}`],
      [`example.com:${port}`],
      [`*.api.example.com:${port}`],
      ["*"],
    ]) {
      expect(await allowed(allow, url)).toBe("ERR_NET_NOT_ALLOWED");
    }
    expect(await allowed([`*.example.com:${port}`], `http://evilexample.com:${port}/`)).toBe("ERR_NET_NOT_ALLOWED");
    expect(await allowed(() => false, url)).toBe("ERR_NET_NOT_ALLOWED");
  });

  test("entries that mean nothing are errors", () => {
    for (const entry of ["", "https://a.example/path", "a/b", "user@host", "http://"]) {
      expect(() => fetchProxy({ allow: [entry] })).toThrow("allow");
    }
    expect(() => fetchProxy({ allow: [], maxResponseByte: 1 } as FetchProxyOptions)).toThrow("maxResponseByte");
    expect(() => fetchProxy({ allow: [], timeoutMs: -1 })).toThrow("timeoutMs");
    expect(() => fetchProxy({ allow: [], methods: ["CONNECT"] })).toThrow("methods");
  });

  test("a host's function says why, in its own words", async () => {
    const allow = (): boolean => {
      throw new Error("URL not allowed");
    };
    await expect(ask({ allow }, { url: "https://example.com" })).rejects.toThrow("URL not allowed");
  });
});

describe("tricks with URLs", () => {
  test.each([
    ["file:///etc/passwd", "ERR_NET_URL"],
    ["data:text/plain,hello", "ERR_NET_URL"],
    ["ftp://example.com/", "ERR_NET_URL"],
    ["javascript:1", "ERR_NET_URL"],
    ["blob:https://example.com/1", "ERR_NET_URL"],
    ["//example.com", "ERR_NET_URL"],
    ["", "ERR_NET_URL"],
    ["https://user:password@example.com/", "ERR_NET_URL"],
    ["https://allowed.example@example.com/", "ERR_NET_URL"],
    ["http://2130706433/", "ERR_NET_ADDRESS"],
    ["http://0x7f.1/", "ERR_NET_ADDRESS"],
    ["http://0177.0.0.1/", "ERR_NET_ADDRESS"],
    ["http://127.1/", "ERR_NET_ADDRESS"],
    ["http://0/", "ERR_NET_ADDRESS"],
    ["http://[::1]/", "ERR_NET_ADDRESS"],
    ["http://[::ffff:127.0.0.1]/", "ERR_NET_ADDRESS"],
    ["http://[::ffff:7f00:1]/", "ERR_NET_ADDRESS"],
    ["http://169.254.169.254/latest/meta-data/", "ERR_NET_ADDRESS"],
    ["http://１２７.０.０.１/", "ERR_NET_ADDRESS"],
    ["http://①②⑦.0.0.1/", "ERR_NET_ADDRESS"],
    ["http://localhost/", "ERR_NET_ADDRESS"],
    ["http://LOCALHOST./", "ERR_NET_ADDRESS"],
  ])("%s", async (url, code) => {
    const resolve = async (): Promise<string[]> => ["127.0.0.1"];
    expect(await codeOf(ask({ allow: ["*"], resolve }, { url }))).toBe(code);
    expect(await codeOf(ask({ allow: () => true, resolve }, { url }))).toBe(code);
  });

  test("an international name is compared as it is resolved", async () => {
    const asked: string[] = [];
    const resolve = async (host: string): Promise<string[]> => {
      asked.push(host);
      return ["127.0.0.1"];
    };
    const allow = [`http://bücher.example:${port}`];
    expect(await codeOf(ask({ ...loopback, allow, resolve }, { url: `http://BÜCHER.example:${port}/` }))).toBe(
      "answered",
    );
    // A Cyrillic letter that looks like the Latin one.
    expect(
      await codeOf(
        ask({ ...loopback, allow: [`http://apple.example:${port}`] }, { url: `http://аpple.example:${port}/` }),
      ),
    ).toBe("ERR_NET_NOT_ALLOWED");
    expect(asked).toEqual(["xn--bcher-kva.example"]);
  });
});

describe("names and their addresses", () => {
  const allow = [`http://api.example.com:${port}`];
  const url = `http://api.example.com:${port}/path`;

  test("the connection goes to the address that was checked, under the name that was asked for", async () => {
    const response = await ask({ ...loopback, allow }, { url });
    expect(await response.json()).toEqual({ host: `api.example.com:${port}`, url });
    expect([response.url, response.redirected]).toEqual([url, false]);
  });

  test("a name is resolved once: what it means a moment later makes no difference", async () => {
    let asked = 0;
    const resolve = async (): Promise<string[]> => [++asked === 1 ? "127.0.0.1" : "10.0.0.1"];
    const proxy = fetchProxy({ allow, addresses: ["127.0.0.1"], resolve });
    expect(await codeOf(proxy({ url }, context()))).toBe("answered");
    expect(asked).toBe(1);
    expect(await codeOf(proxy({ url }, context()))).toBe("ERR_NET_ADDRESS");
  });

  test("one address that is not public is enough to refuse a name", async () => {
    for (const addresses of [["8.8.8.8", "127.0.0.1"], ["::ffff:10.0.0.1"], ["fe80::1%eth0"], ["nonsense"]]) {
      expect(await codeOf(ask({ allow, resolve: async () => addresses }, { url }))).toBe("ERR_NET_ADDRESS");
    }
    await expect(ask({ allow, resolve: async () => ["10.1.2.3"] }, { url })).rejects.not.toThrow("10.1.2.3");
  });

  test("a name without an address", async () => {
    const fails = (): Promise<string[]> => Promise.reject(new Error("SERVFAIL"));
    expect(await codeOf(ask({ allow, resolve: async () => [] }, { url }))).toBe("ERR_NET_DNS");
    expect(await codeOf(ask({ allow, resolve: fails }, { url }))).toBe("ERR_NET_DNS");
  });

  test("the next address is tried when the first does not answer", async () => {
    const resolve = async (): Promise<string[]> => ["127.0.0.2", "127.0.0.1"];
    expect(await codeOf(ask({ allow, addresses: ["127.0.0.0/8"], resolve }, { url }))).toBe("answered");
  });

  test("an address in the list is listed, for that URL only", async () => {
    expect(await codeOf(ask({ allow: [origin] }, { url: origin }))).toBe("answered");
    const both = [origin, `http://api.example.com:${port}`];
    expect(await codeOf(ask({ allow: both, resolve: async () => ["127.0.0.1"] }, { url }))).toBe("ERR_NET_ADDRESS");
  });
});
