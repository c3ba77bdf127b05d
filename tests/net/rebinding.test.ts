// DNS rebinding: a name that means one address when it is checked and another when it is connected to.
import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "network-runtime";
import { fetchProxy, webSocketGateway } from "network-runtime/net";
import { ask, codeOf, context } from "./proxy.ts";
import { startDnsServer } from "./dns-server.ts";

// Two machines, as far as a client can tell: the public one and the one inside.
const machine = (hostname: string, port: number, name: string): Bun.Server<undefined> =>
  Bun.serve({
    port,
    hostname,
    fetch: (request, self) =>
      self.upgrade(request, { data: undefined }) ? undefined : new Response(`${name} ${request.headers.get("host")}`),
    websocket: { open: (socket) => void socket.send(name), message() {} },
  });
const [outside, inside, six] = machines();
const port = outside.port!;

/** At one port: whose it is elsewhere cannot be known before. */
function machines(): [Bun.Server<undefined>, Bun.Server<undefined>, Bun.Server<undefined>] {
  for (;;) {
    const first = machine("127.0.0.1", 0, "outside");
    const others: Bun.Server<undefined>[] = [];
    try {
      others.push(machine("127.0.0.2", first.port!, "inside"));
      others.push(machine("::1", first.port!, "six"));
      return [first, others[0]!, others[1]!];
    } catch (error) {
      if ((error as { code?: string }).code !== "EADDRINUSE") throw error;
      for (const server of [first, ...others]) void server.stop(true);
    }
  }
}

afterAll(() => Promise.all([outside, inside, six].map((server) => server.stop(true))));

const url = `http://evil.example:${port}/`;
const allow = [url.slice(0, -1)];
const addresses = ["127.0.0.1"];

describe("fetch", () => {
  test("goes to the address that was checked, and asks once for each request", async () => {
    // Public for the check, private for everybody who asks again.
    let questions = 0;
    using dns = await startDnsServer(() => [++questions <= 2 ? "127.0.0.1" : "127.0.0.2"]);
    const proxy = fetchProxy({ allow, addresses, resolve: dns.resolve });
    expect(await (await proxy({ url }, context())).text()).toBe(`outside evil.example:${port}`);
    expect(dns.asked.toSorted()).toEqual(["evil.example A", "evil.example AAAA"]);
    // A connection may be open still; it does not stand for a name that means something else now.
    expect(await codeOf(proxy({ url }, context()))).toBe("ERR_NET_ADDRESS");
  });

  test("a redirect is resolved and checked anew", async () => {
    using dns = await startDnsServer((name) => [name === "evil.example" ? "127.0.0.1" : "127.0.0.2"]);
    const redirecting = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => Response.redirect(new URL(request.url).searchParams.get("to")!, 302),
    });
    const from = `http://evil.example:${redirecting.port}`;
    const to = (target: string): Promise<string> =>
      codeOf(
        ask(
          { allow: () => true, addresses, resolve: dns.resolve },
          { url: `${from}/?to=${encodeURIComponent(target)}` },
        ),
      );
    expect(await to(url)).toBe("answered");
    for (const target of [
      `http://inside.example:${port}/`,
      `http://127.0.0.2:${port}/`,
      `http://2130706434:${port}/`,
      `http://0x7f000002:${port}/`,
      `http://0177.0.0.2:${port}/`,
      `http://[::1]:${port}/`,
      `http://[::ffff:127.0.0.2]:${port}/`,
      `http://0.0.0.0:${port}/`,
      `http://[::]:${port}/`,
      "http://169.254.169.254/latest/meta-data/",
      "http://[fd00:ec2::254]/",
    ]) {
      expect([target, await to(target)]).toEqual([target, "ERR_NET_ADDRESS"]);
    }
    await redirecting.stop(true);
  });

  test("one private address among a name's is enough, of either family", async () => {
    for (const [found, code] of [
      [["127.0.0.1"], "answered"],
      [["127.0.0.1", "127.0.0.2"], "ERR_NET_ADDRESS"],
      [["127.0.0.1", "::1"], "ERR_NET_ADDRESS"],
      [["127.0.0.1", "::ffff:7f00:2"], "ERR_NET_ADDRESS"],
      [["::"], "ERR_NET_ADDRESS"],
      [["0.0.0.0"], "ERR_NET_ADDRESS"],
      [["169.254.169.254"], "ERR_NET_ADDRESS"],
      [[], "ERR_NET_DNS"],
    ] as const) {
      using dns = await startDnsServer(() => found);
      expect([found, await codeOf(ask({ allow, addresses, resolve: dns.resolve }, { url }))]).toEqual([found, code]);
    }
  });

  test("IPv6 addresses are pinned, too", async () => {
    using dns = await startDnsServer(() => ["::1"]);
    const response = await ask({ allow, addresses: ["::1"], resolve: dns.resolve }, { url });
    expect(await response.text()).toBe(`six evil.example:${port}`);
    const literal = `http://[::1]:${port}`;
    expect(await (await ask({ allow: [literal] }, { url: literal })).text()).toBe(`six [::1]:${port}`);
  });

  test("an address that cannot be connected to as it is written is refused, not resolved again", async () => {
    for (const address of ["127.0.0.1%lo", "::1%lo"]) {
      const resolve = async (): Promise<string[]> => [address];
      // localhost: a name that the system would find.
      const local = `http://localhost:${port}`;
      expect(await codeOf(ask({ allow: [local], addresses: ["127.0.0.1", "::1"], resolve }, { url: local }))).toBe(
        "ERR_NET_ADDRESS",
      );
    }
  });

  test("a dot at the end makes another host of a name, and none of an address", async () => {
    using dns = await startDnsServer(() => ["127.0.0.1"]);
    const dotted = `http://evil.example.:${port}/`;
    expect(await codeOf(ask({ allow, addresses, resolve: dns.resolve }, { url: dotted }))).toBe("ERR_NET_NOT_ALLOWED");
    expect(await codeOf(ask({ allow: ["*"] }, { url: "http://127.0.0.1./" }))).toBe("ERR_NET_ADDRESS");
  });
});

describe("WebSocket", () => {
  test("goes to the address that was checked", async () => {
    let questions = 0;
    using dns = await startDnsServer(() => [++questions <= 2 ? "127.0.0.1" : "127.0.0.2"]);
    const sandbox = new V8Sandbox({ threads: 1 });
    const isolate = await sandbox.createIsolate();
    const host = `ws://evil.example:${port}`;
    webSocketGateway(isolate, { allow: [host], addresses, resolve: dns.resolve });
    const connect = (): Promise<unknown> =>
      isolate.evaluate(`new Promise((resolve) => {
        const socket = new WebSocket("${host}");
        socket.onmessage = ({ data }) => resolve(data);
        socket.onerror = ({ message }) => resolve(message);
      })`);
    expect(await connect()).toBe("outside");
    expect(await connect()).toContain("an address that is not public");
    sandbox.shutdown();
  });
});
