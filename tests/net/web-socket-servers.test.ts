// The gateway against the `ws` package's own server: what RFC 6455 has that echoing does not show, and what goes wrong.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "network-runtime";
import type { Isolate } from "network-runtime";
import { webSocketGateway } from "network-runtime/net";
import type { WebSocketGateway, WebSocketGatewayOptions, WebSocketLogEntry } from "network-runtime/net";
import { until } from "./proxy.ts";
import { startWsServer } from "./ws-server.ts";
import type { WsServer } from "./ws-server.ts";

let server: WsServer;
const sandbox = new V8Sandbox({ threads: 2 });
const isolates: Isolate[] = [];
beforeAll(async () => {
  server = await startWsServer();
});
afterEach(() => isolates.splice(0).forEach((isolate) => isolate.destroy()));
afterAll(async () => {
  sandbox.shutdown();
  await server[Symbol.asyncDispose]();
});

interface Guest {
  readonly isolate: Isolate;
  readonly gateway: WebSocketGateway;
  readonly log: WebSocketLogEntry[];
}

async function guest(options: Partial<WebSocketGatewayOptions> = {}, owner = sandbox): Promise<Guest> {
  const isolate = await owner.createIsolate();
  isolates.push(isolate);
  const log: WebSocketLogEntry[] = [];
  const gateway = webSocketGateway(isolate, {
    allow: [server.origin],
    log: (entry) => void log.push(entry),
    ...options,
  });
  return { isolate, gateway, log };
}

/** What happens to a socket of the guest until it is closed. */
function seenAt({ isolate }: Guest, path: string): Promise<unknown[]> {
  return isolate.evaluate(`(() => {
    const socket = new WebSocket("${server.origin}${path}");
    socket.binaryType = "arraybuffer";
    return new Promise((resolve) => {
      const list = [];
      socket.onopen = () => list.push("open");
      socket.onmessage = ({ data }) => {
        list.push(typeof data === "string" ? data : [...new Uint8Array(data)]);
        if (list.length === 3) socket.close(1000);
      };
      socket.onerror = () => list.push("error");
      socket.onclose = ({ code, reason, wasClean }) => resolve([...list, code, reason, wasClean]);
    });
  })()`);
}

describe("frames", () => {
  test("fragments are put together, with a ping between them", async () => {
    expect(await seenAt(await guest(), "/fragments")).toEqual(["open", "héllo ☃", [1, 2, 255], 1000, "", true]);
  });

  test("pings are answered by the host", async () => {
    const { isolate } = await guest();
    const message = isolate.evaluate(
      `new Promise((resolve) => { new WebSocket("${server.origin}/ping").onmessage = ({ data }) => resolve(data); })`,
    );
    expect(await server.said("pong")).toBe("pong are you there");
    expect(await message).toBe("alive");
  });

  test.each([
    ["a reserved opcode", "8300"],
    ["a reserved bit", "c10161"],
    ["a masked frame", "818100000000" + "61"],
    ["text that is no UTF-8", "8101ff"],
    ["a continuation of nothing", "800161"],
    ["a fragmented ping", "0900"],
    ["a ping that is too long", "897e0080" + "00".repeat(128)],
    ["a close code that may not be sent", "880203ee"],
  ])("%s ends the connection, with an error", async (_name, hex) => {
    const one = await guest();
    const [open, error, code, , wasClean] = await seenAt(one, `/raw?hex=${hex}`);
    expect([open, error, wasClean]).toEqual(["open", "error", false]);
    expect([1002, 1006, 1007]).toContain(code as number);
    expect(one.gateway.stats().connections).toBe(0);
    await until(() => one.log.length === 1);
    expect(one.log[0]!.error?.code).toBe("ERR_NET_FAILED");
  });

  test("a message is refused by its announced length: it is not received", async () => {
    const one = await guest({ maxMessageBytes: 1000 });
    const seen = await seenAt(one, "/huge");
    expect(seen).toEqual(["open", "error", 1009, "The message is too large.", false]);
    // What the system's buffers took of 100 MB.
    expect(Number((await server.said("huge")).slice("huge ".length))).toBeLessThan(20_000_000);
    expect(one.gateway.stats().bytesReceived).toBe(0);
  });
});

describe("ends", () => {
  test("codes and reasons arrive; a close without a code, a break and a reset are told apart", async () => {
    const one = await guest();
    expect(await seenAt(one, "/close?code=1011&reason=oops")).toEqual(["open", 1011, "oops", true]);
    expect(await seenAt(one, "/close?code=4999")).toEqual(["open", 4999, "", true]);
    expect(await seenAt(one, "/close")).toEqual(["open", 1005, "", true]);
    expect((await seenAt(one, "/break")).slice(-3)).toEqual([1006, "", false]);
    expect((await seenAt(one, "/reset")).slice(-3)).toEqual([1006, "", false]);
    await until(() => one.log.length === 5);
    expect(one.log.map(({ code, error }) => [code, error?.code])).toEqual([
      [1011, undefined],
      [4999, undefined],
      [1005, undefined],
      [1006, "ERR_NET_FAILED"],
      [1006, "ERR_NET_FAILED"],
    ]);
  });

  const openOne = ({ isolate }: Guest, path: string): Promise<unknown> =>
    isolate.evaluate(
      `new Promise((resolve) => (globalThis.socket = new WebSocket("${server.origin}${path}")).onopen = resolve).then(() => 0)`,
    );

  test.each([
    ["destroyed", ({ isolate }: Guest) => isolate.destroy()],
    ["terminated", ({ isolate }: Guest) => isolate.execute("for (;;);")],
    ["shut down", (_guest: Guest, own: V8Sandbox) => own.shutdown()],
    ["closed", ({ gateway }: Guest) => gateway.close()],
  ])("connections go when the isolate is %s", async (_how, end) => {
    const own = new V8Sandbox({ threads: 1, cpuMs: 50 });
    const one = await guest({}, own);
    await openOne(one, "/echo");
    end(one, own);
    expect(await server.said("closed /echo")).toBe("closed /echo 1001 ");
    expect(one.gateway.stats().connections).toBe(0);
    await until(() => one.log.length === 1);
    expect(one.log[0]!.code).toBe(1001);
    own.shutdown();
  });

  test("a server that never answers the closing handshake holds nothing", async () => {
    const one = await guest();
    await openOne(one, "/rude");
    one.isolate.destroy();
    expect(await server.said("gone")).toBe("gone /rude");
  });
});

describe("floods", () => {
  test("a slow guest slows its server down, and gets everything in order", async () => {
    const maxBufferedBytes = 1_000_000;
    const one = await guest({ maxBufferedBytes });
    let most = 0;
    let sampled = 0;
    // 40 MB, of which the guest takes nothing for a while: what it has not taken stays in the server.
    one.isolate.on("sample", () => {
      const { bufferedBytes, bytesReceived } = one.gateway.stats();
      most = Math.max(most, bufferedBytes);
      if (sampled++ === 0) expect(bytesReceived).toBeLessThan(10_000_000);
    });
    const result = await one.isolate.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket("${server.origin}/flood?count=4000&bytes=10000");
      socket.binaryType = "arraybuffer";
      let expected = 0, wrong = 0;
      socket.onopen = () => {
        const until = Date.now() + 300;
        while (Date.now() < until);
        NETWORK.send("sample", 0);
      };
      socket.onmessage = ({ data }) => {
        if (new DataView(data).getUint32(0, true) !== expected++) wrong++;
        if (expected % 100 === 0) NETWORK.send("sample", 0);
      };
      socket.onclose = ({ code, reason }) => resolve([expected, wrong, code, reason]);
    })`);
    expect(result).toEqual([4000, 0, 1000, "all"]);
    expect(most).toBeLessThanOrEqual(maxBufferedBytes);
    expect(one.gateway.stats()).toMatchObject({ messagesReceived: 4000, bytesReceived: 40_000_000, bufferedBytes: 0 });
  });

  test("a guest that closes meanwhile is not held up by what it has not taken", async () => {
    const one = await guest({ maxBufferedBytes: 500_000 });
    const result = await one.isolate.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket("${server.origin}/flood?count=4000&bytes=10000");
      let seen = 0;
      socket.onmessage = () => {
        if (seen++ > 0) return;
        const until = Date.now() + 200;
        while (Date.now() < until);
        socket.close(3000, "enough");
      };
      socket.onclose = ({ code, wasClean }) => resolve([seen, code, wasClean]);
    })`);
    expect(result).toEqual([1, expect.any(Number), expect.any(Boolean)]);
    await until(() => one.gateway.stats().connections === 0);
  });

  test("bufferedAmount is what the server has not taken: a guest that heeds it loses nothing", async () => {
    const one = await guest({ maxBufferedBytes: 2_000_000 });
    const full = one.isolate.evaluate<number>(`
      globalThis.turn = () => new Promise((resolve) => setTimeout(resolve, 1));
      globalThis.socket = new WebSocket("${server.origin}/deaf");
      await new Promise((resolve) => (socket.onopen = resolve));
      let sent = 0;
      for (; socket.bufferedAmount < 1_000_000; await turn()) {
        socket.send(new Uint8Array(100_000));
        sent += 100_000;
      }
      sent`);
    const sent = await full;
    one.isolate.execute(`new WebSocket("${server.origin}/wake")`);
    const result = one.isolate.evaluate(`new Promise(async (resolve) => {
      socket.onclose = ({ code }) => resolve([code, socket.bufferedAmount]);
      while (socket.bufferedAmount > 0) await turn();
      socket.close(1000);
    })`);
    expect(await result).toEqual([1000, 0]);
    expect(await server.said("heard")).toBe(`heard ${sent}`);
  });

  test("bytes arrive as they were sent, however long they wait, and those of others are not among them", async () => {
    // Behind a gateway that hands over memory of its own: it is written to again with the very next message.
    const one = await guest({ maxBufferedBytes: 0 });
    const result = await one.isolate.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket("${server.origin}/echo");
      socket.binaryType = "arraybuffer";
      const sizes = [1, 65536, 300000, 7, 125, 126, 65535, 1000];
      const count = 400;
      let received = 0;
      socket.onopen = () => {
        for (let index = 0; index < count; index++) {
          const whole = new Uint8Array(sizes[index % sizes.length] + 16).fill(index % 251);
          // Every other one is a part of a larger buffer, and changed once it is sent.
          const part = whole.subarray(8, whole.length - 8);
          socket.send(index % 2 ? part : part.slice());
          whole.fill(255);
        }
      };
      socket.onmessage = ({ data }) => {
        const bytes = new Uint8Array(data);
        const right = bytes.length === sizes[received % sizes.length] && bytes.every((byte) => byte === received % 251);
        if (!right) return resolve(["wrong", received, bytes.length, bytes[0]]);
        if (data.byteLength !== bytes.length) return resolve(["more than the message", received]);
        if (++received === count) socket.close(1000);
      };
      socket.onclose = ({ code }) => resolve([code, received, socket.bufferedAmount]);
    })`);
    expect(result).toEqual([1000, 400, 0]);
  });

  test("a message that is larger than any to the guest may be ends its connection, at once or behind others", async () => {
    using small = new V8Sandbox({ messageBytesMax: 65_536 });
    const one = await guest({ maxBufferedBytes: 200_000 }, small);
    const ends = ["The message is too large.", 1009, "The message is too large.", false];
    const seen = (path: string, busyMs: number): Promise<unknown[]> =>
      one.isolate.evaluate(`new Promise((resolve) => {
        const seen = ["open"];
        const socket = new WebSocket("${server.origin}${path}");
        socket.onopen = () => {
          socket.send("x");
          // Meanwhile the host has no room for all of the answer.
          for (const end = Date.now() + ${busyMs}; Date.now() < end; );
        };
        socket.onmessage = ({ data }) => seen.push(data.size);
        socket.onerror = ({ message }) => seen.push(message);
        socket.onclose = ({ code, reason, wasClean }) => resolve([...seen, code, reason, wasClean]);
      })`);
    expect(await seen("/answer?bytes=100000", 0)).toEqual(["open", ...ends]);
    expect(await seen("/large-last", 300)).toEqual(["open", 60_000, 60_000, 60_000, 60_000, ...ends]);
    expect(one.gateway.stats().connections).toBe(0);
  });

  test("a guest that sends more than its server takes is closed", async () => {
    const one = await guest({ maxBufferedBytes: 1_000_000 });
    const result = await one.isolate.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket("${server.origin}/deaf");
      let sent = 0;
      const more = () => {
        if (socket.readyState !== WebSocket.OPEN) return;
        for (let index = 0; index < 10; index++, sent++) socket.send(new Uint8Array(100_000));
        setTimeout(more, 0);
      };
      socket.onopen = more;
      socket.onclose = ({ code, reason }) => resolve([code, reason, sent > 10]);
    })`);
    expect(result).toEqual([1013, "The server does not keep up.", true]);
    expect(one.gateway.stats().connections).toBe(0);
  });
});
