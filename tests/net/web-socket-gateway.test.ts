// https://websockets.spec.whatwg.org/ in a guest, through the gateway, against real servers.
import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { V8Sandbox } from "network-runtime";
import type { Isolate } from "network-runtime";
import { fetchProxy, webSocketGateway } from "network-runtime/net";
import type { WebSocketGatewayOptions, WebSocketLogEntry } from "network-runtime/net";
import { thrown, until } from "../api/harness.ts";
import { cert, key } from "./tls.ts";

const sandbox = new V8Sandbox({ threads: 2 });
let open = 0;
/** Of the connections so far. */
const origins: (string | null)[] = [];
const server = Bun.serve<{ path: string }, never>({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request, self) {
    const path = new URL(request.url).pathname;
    origins.push(request.headers.get("origin"));
    if (path === "/refused") return new Response("no", { status: 403 });
    const protocol = request.headers.get("sec-websocket-protocol")?.split(",").at(-1)?.trim();
    const headers = protocol === undefined ? undefined : { "sec-websocket-protocol": protocol };
    return self.upgrade(request, { data: { path }, ...(headers ? { headers } : {}) })
      ? undefined
      : new Response("", { status: 400 });
  },
  websocket: {
    open(socket) {
      open++;
      if (socket.data.path === "/flood") for (let index = 0; index < 400; index++) socket.send("x".repeat(10_000));
      if (socket.data.path === "/big") socket.send("x".repeat(2000));
      if (socket.data.path === "/bye") socket.close(4001, "enough");
      if (socket.data.path === "/abort") socket.terminate();
    },
    message(socket, message) {
      socket.send(message);
    },
    close() {
      open--;
    },
  },
});
const origin = `ws://127.0.0.1:${server.port}`;
const isolates: Isolate[] = [];
afterEach(() => isolates.splice(0).forEach((isolate) => isolate.destroy()));
afterAll(async () => {
  sandbox.shutdown();
  await server.stop(true);
});

async function guest(options: Partial<WebSocketGatewayOptions> = {}) {
  const isolate = await sandbox.createIsolate();
  isolates.push(isolate);
  return { isolate, gateway: webSocketGateway(isolate, { allow: [origin], ...options }) };
}

/** Source text of `events(socket)`: what happens to it until it is closed. */
const events = `
  const events = (socket, onOpen = () => {}) => new Promise((resolve) => {
    const list = [];
    socket.onopen = () => { list.push("open"); onOpen(socket); };
    socket.onmessage = ({ data }) => list.push(typeof data === "string" ? data : [...new Uint8Array(data)]);
    socket.onerror = ({ message }) => list.push("error: " + message);
    socket.onclose = ({ code, reason, wasClean }) => resolve([...list, "close", code, reason, wasClean]);
  });
`;

/** Source text of what becomes of a new WebSocket. */
const connect = `(async () => { ${events} return events(new WebSocket("${origin}/echo")) })()`;
const unserved = ["error: The host does not handle WebSockets.", "close", 1006, "", false];

describe("a WebSocket that nobody serves", () => {
  test("fails at once: no gateway, before there was one, after it is closed", async () => {
    const isolate = await sandbox.createIsolate();
    isolates.push(isolate);
    expect(await isolate.evaluate(connect)).toEqual(unserved);
    const gateway = webSocketGateway(isolate, { allow: [origin] });
    const opened = await isolate.evaluate(`(async () => { ${events}
      globalThis.kept = new WebSocket("${origin}/echo");
      await new Promise((resolve) => { kept.onopen = resolve; });
      globalThis.ended = events(kept);
      return kept.readyState; })()`);
    expect(opened).toBe(1);
    gateway.close();
    // The guest is told of the connections that were open.
    expect(await isolate.evaluate("ended")).toEqual(["close", 1001, "", false]);
    expect(await isolate.evaluate(connect)).toEqual(unserved);
  });

  test("fails when there is room to tell its guest, if there was none", async () => {
    const isolate = await sandbox.createIsolate({ mailboxBytesMax: 4096 });
    isolates.push(isolate);
    isolate.execute(`
      ${events}
      Promise.all([1, 2, 3].map(() => events(new WebSocket("${origin}/echo")))).then((all) => NETWORK.send("all", all));
      NETWORK.send("made");
      for (const end = performance.now() + 50; performance.now() < end;);`);
    const all = new Promise((resolve) => isolate.once("all", resolve));
    // The mailbox is full before the host hears of them.
    for (;;) {
      try {
        isolate.send("nothing", "x".repeat(100));
      } catch {
        break;
      }
    }
    expect(await all).toEqual([unserved, unserved, unserved]);
  });

  test("is no matter of the library's if the host listens itself", async () => {
    const isolate = await sandbox.createIsolate();
    isolates.push(isolate);
    isolate.on("ws.open", ({ conn_id }) => isolate.send("__ws_event", { conn_id, event_type: "open" }));
    const opened = `new Promise((resolve) => { new WebSocket("${origin}").onopen = ({ type }) => resolve(type); })`;
    expect(await isolate.evaluate(opened)).toBe("open");
  });

  test("answers nobody who only says that it is one", async () => {
    const isolate = await sandbox.createIsolate();
    isolates.push(isolate);
    const heard = await isolate.evaluate(`(async () => {
      const heard = [];
      NETWORK.on("__ws_event", (event) => heard.push(event.conn_id));
      for (const data of [undefined, null, 1, "x", {}, { conn_id: "1" }, { conn_id: null }, []]) NETWORK.send("ws.open", data);
      await NETWORK.request("x").catch(() => {});
      return heard; })()`);
    expect(heard).toEqual([]);
    expect(isolate.stats().droppedOut).toBe(8);
  });
});

describe("a second helper of an isolate", () => {
  test("is refused while there is a first", async () => {
    const { isolate, gateway } = await guest();
    const again = (): unknown => webSocketGateway(isolate, { allow: [origin] });
    expect(thrown(again)).toMatchObject({ name: "ArgumentError", code: "ERR_ARGUMENT" });
    expect(thrown(again).message).toContain(`${isolate} has a gateway already`);
    // The first goes on, and another isolate may have its own.
    const opened = `new Promise((resolve) => { new WebSocket("${origin}/echo").onopen = ({ type }) => resolve(type); })`;
    expect(await isolate.evaluate(opened)).toBe("open");
    expect((await guest()).gateway.stats().requested).toBe(0);
    gateway.close();
    using second = webSocketGateway(isolate, { allow: [origin] });
    expect(second.stats().requested).toBe(0);

    const proxy = fetchProxy({ allow: [] });
    isolate.onRequest("fetch", proxy).onRequest("fetch", proxy);
    const other = (): unknown => isolate.onRequest("fetch", fetchProxy({ allow: [] }));
    expect(thrown(other)).toMatchObject({ name: "ArgumentError", code: "ERR_ARGUMENT" });
    expect(thrown(other).message).toContain(`${isolate} has a fetchProxy already`);
    // Handlers of the host's own replace each other, and a proxy.
    isolate.onRequest("fetch", () => ({})).onRequest("fetch", fetchProxy({ allow: [] }));
    isolate.offRequest("fetch").onRequest("fetch", fetchProxy({ allow: [] }));
  });
});

describe("a guest's WebSocket", () => {
  test("sends and receives text and bytes, and closes", async () => {
    const { isolate, gateway } = await guest();
    expect(
      await isolate.evaluate(`(async () => { ${events}
        const socket = new WebSocket("${origin}/echo", ["a", "b"]);
        socket.binaryType = "arraybuffer";
        const states = [socket.readyState, socket.url, socket.protocol];
        const seen = await events(socket, () => {
          states.push(socket.readyState, socket.protocol);
          socket.send("héllo");
          socket.send(new Uint8Array([1, 2, 255]));
          socket.send(new Uint8Array([1, 2, 3]).subarray(1).buffer);
          states.push(socket.bufferedAmount);
          let left = 3;
          socket.addEventListener("message", () => --left === 0 && socket.close(3000, "done"));
        });
        return [states, seen, socket.readyState, socket.bufferedAmount];
      })()`),
    ).toEqual([
      [0, `${origin}/echo`, "", 1, "b", 12],
      ["open", "héllo", [1, 2, 255], [1, 2, 3], "close", 3000, "done", true],
      3,
      0,
    ]);
    expect(gateway.stats()).toMatchObject({
      connections: 0,
      requested: 1,
      failed: 0,
      messagesSent: 3,
      messagesReceived: 3,
      bytesSent: 12,
    });
  });

  test("sends the bytes of a view, not those around it, and they stay the guest's", async () => {
    const { isolate } = await guest();
    expect(
      await isolate.evaluate(`(async () => {
        const socket = new WebSocket("${origin}/echo");
        socket.binaryType = "arraybuffer";
        await new Promise((resolve) => (socket.onopen = resolve));
        const all = new Uint8Array([1, 2, 3, 4]);
        const resizable = new ArrayBuffer(2, { maxByteLength: 8 });
        const memory = new WebAssembly.Memory({ initial: 1 });
        const echoes = [];
        for (const data of [
          all, all.buffer, all.subarray(1, 3), new DataView(all.buffer, 3), new Uint16Array(all.buffer), resizable,
          new Uint8Array(resizable), new Uint8Array(0), new Uint8Array(memory.buffer, 0, 1),
        ]) {
          socket.send(data);
          const { data: echo } = await new Promise((resolve) => (socket.onmessage = resolve));
          echoes.push([...new Uint8Array(echo)].join());
        }
        socket.send(memory.buffer);
        const { data: large } = await new Promise((resolve) => (socket.onmessage = resolve));
        return [echoes, all.length, large.byteLength, memory.buffer.byteLength];
      })()`),
    ).toEqual([["1,2,3,4", "1,2,3,4", "2,3", "4", "1,2,3,4", "0,0", "0,0", "", "0"], 4, 65_536, 65_536]);
  });

  test("says its origin, where it has a location, and nothing that is none", async () => {
    const { isolate } = await guest();
    const opened = `new Promise((resolve) => (new WebSocket("${origin}/echo").onopen = () => resolve(0)))`;
    origins.length = 0;
    await isolate.evaluate(opened);
    await isolate.evaluate(`globalThis.location = new URL("https://tenant.example/app"); ${opened}`);
    for (const forged of ["x\r\ny: z", "https://a.example/path", 5, "null"]) {
      await isolate.evaluate(`NETWORK.send("ws.open", { conn_id: ${50 + origins.length}, url: "${origin}/echo", protocols: [], origin: ${JSON.stringify(forged)} });
        new Promise((resolve) => NETWORK.on("__ws_event", () => resolve(0)));`);
    }
    expect(origins).toEqual([null, "https://tenant.example", null, null, null, null]);
  });

  test("has Blobs of bytes unless it asks otherwise, and sends them", async () => {
    const { isolate } = await guest();
    expect(
      await isolate.evaluate(`(async () => {
        const socket = new WebSocket("${origin}/echo");
        await new Promise((resolve) => (socket.onopen = resolve));
        socket.send(new Blob(["abc"]));
        const { data, origin } = await new Promise((resolve) => (socket.onmessage = resolve));
        return [data instanceof Blob, await data.text(), socket.binaryType, origin];
      })()`),
    ).toEqual([true, "abc", "blob", origin]);
  });

  test("checks its arguments as the standard says", async () => {
    const { isolate } = await guest();
    expect(
      await isolate.evaluate(`(async () => {
        const name = (f) => { try { f(); return "none"; } catch (error) { return error.name; } };
        const socket = new WebSocket("${origin.replace("ws:", "http:")}/echo");
        return [
          name(() => new WebSocket()), name(() => new WebSocket("nonsense")), name(() => new WebSocket("ftp://a/")),
          name(() => new WebSocket("ws://a/#b")), name(() => new WebSocket("ws://a/", ["a", "a"])),
          name(() => new WebSocket("ws://a/", "a b")), name(() => new WebSocket("ws://a/", [""])),
          name(() => socket.send("x")), name(() => socket.close(1001)), name(() => socket.close(1000, "x".repeat(124))),
          name(() => WebSocket("ws://a/")), socket.url, WebSocket.OPEN, socket.CLOSED,
        ];
      })()`),
    ).toEqual([
      ...["TypeError", "SyntaxError", "SyntaxError", "SyntaxError", "SyntaxError", "SyntaxError", "SyntaxError"],
      ...["InvalidStateError", "InvalidAccessError", "SyntaxError", "TypeError", `${origin}/echo`, 1, 3],
    ]);
  });

  test("is told of refusals, closes and breaks", async () => {
    const { isolate } = await guest();
    const run = (url: string): Promise<unknown[]> =>
      isolate.evaluate(`(async () => { ${events} return events(new WebSocket("${url}")); })()`);
    expect(await run(`${origin}/bye`)).toEqual(["open", "close", 4001, "enough", true]);
    expect((await run(`${origin}/abort`)).slice(-3)).toEqual([1006, "", false]);
    expect(await run(`${origin}/refused`)).toEqual([
      "error: The connection could not be made.",
      "close",
      1006,
      "",
      false,
    ]);
    expect(await run("wss://elsewhere.example/")).toEqual([
      "error: wss://elsewhere.example is not allowed.",
      "close",
      1006,
      "",
      false,
    ]);
    expect(await run("ws://user:pw@127.0.0.1/")).toEqual([
      "error: A URL must not hold a user name or a password.",
      "close",
      1006,
      "",
      false,
    ]);
  });

  test("closed while it connects fails", async () => {
    const { isolate } = await guest();
    expect(
      await isolate.evaluate(`(async () => { ${events}
        const socket = new WebSocket("${origin}/echo");
        const seen = events(socket);
        socket.close();
        const state = socket.readyState;
        return [state, await seen];
      })()`),
    ).toEqual([2, ["error: WebSocket is closed before the connection is established.", "close", 1006, "", false]]);
  });

  test("ignores events for connections it does not have, and whatever is no event", async () => {
    const { isolate } = await guest();
    await isolate.evaluate(
      `globalThis.seen = []; globalThis.socket = new WebSocket("${origin}/bye"); for (const type of ["message", "close", "error"]) socket["on" + type] = (event) => seen.push(event.type);
       globalThis.closed = new Promise((resolve) => socket.addEventListener("close", () => setTimeout(resolve, 10))); 0`,
    );
    for (const event of [
      null,
      1,
      "x",
      {},
      { conn_id: 99, event_type: "message", data: "x" },
      { conn_id: 1, event_type: "nonsense" },
    ]) {
      isolate.send("__ws_event", event);
    }
    await isolate.evaluate("closed");
    isolate.send("__ws_event", { conn_id: 1, event_type: "message", data: "late" });
    expect(await isolate.evaluate("seen")).toEqual(["close"]);
  });
});

describe("the gateway", () => {
  test("checks addresses as the proxy does", async () => {
    const allow = [`ws://gateway.example:${server.port}`];
    const resolve = async (): Promise<string[]> => ["127.0.0.1"];
    const script = `(async () => { ${events} return events(new WebSocket("${allow[0]}/bye")); })()`;
    const refused = await guest({ allow, resolve });
    expect((await refused.isolate.evaluate(script))[0]).toContain("an address that is not public");
    const listed = await guest({ allow, resolve, addresses: ["127.0.0.1"] });
    expect((await listed.isolate.evaluate(script))[0]).toBe("open");
  });

  test("has limits for connections and messages", async () => {
    const { isolate } = await guest({ maxConnections: 1, maxMessageBytes: 1000 });
    expect(
      await isolate.evaluate(`(async () => { ${events}
        const first = new WebSocket("${origin}/echo");
        await new Promise((resolve) => (first.onopen = resolve));
        const second = await events(new WebSocket("${origin}/echo"));
        const sent = events(first);
        first.send("x".repeat(1001));
        return [second, await sent, await events(new WebSocket("${origin}/big"))];
      })()`),
    ).toEqual([
      ["error: More than 1 WebSockets are open.", "close", 1006, "", false],
      ["error: The message is too large.", "close", 1009, "The message is too large.", false],
      ["open", "error: The message is too large.", "close", 1009, "The message is too large.", false],
    ]);
  });

  test("closes the connection of a guest that does not keep up", async () => {
    const log: WebSocketLogEntry[] = [];
    // Less than a message: of more, the connection may be paused in time.
    const { isolate, gateway } = await guest({ maxBufferedBytes: 5_000, log: (entry) => void log.push(entry) });
    isolate.execute(`const socket = new WebSocket("${origin}/flood");
      socket.onopen = () => { for (;;); };`);
    await until(() => log.length > 0);
    expect([log[0]?.code, log[0]?.error?.code]).toEqual([1013, "ERR_NET_FAILED"]);
    expect(gateway.stats().bufferedBytes).toBeLessThanOrEqual(5_000);
  });

  test("closes its connections when the isolate ends", async () => {
    const { isolate, gateway } = await guest();
    // Those of the tests before may still be on their way out.
    await until(() => open === 0);
    const before = open;
    await isolate.evaluate(
      `new Promise((resolve) => (globalThis.socket = new WebSocket("${origin}/echo")).onopen = resolve).then(() => 0)`,
    );
    expect([open, gateway.stats().connections]).toEqual([before + 1, 1]);
    isolate.destroy();
    await until(() => open === before);
    expect(gateway.stats().connections).toBe(0);
  });
});

describe("TLS", () => {
  const secure = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    tls: { cert, key },
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response("", { status: 400 })),
    websocket: { open: (socket) => void socket.close(4000, "secure"), message() {} },
  });
  afterAll(() => secure.stop(true));

  test("the certificate is checked against the name that was asked for", async () => {
    const end = async (host: string, ca: string | undefined): Promise<unknown> => {
      const url = `wss://${host}:${secure.port}`;
      const resolve = async (): Promise<string[]> => ["127.0.0.1"];
      const { isolate } = await guest({ allow: [url], addresses: ["127.0.0.1"], resolve, ca });
      return isolate.evaluate(
        `new Promise((resolve) => { new WebSocket("${url}").onclose = ({ code }) => resolve(code); })`,
      );
    };
    expect(await end("gateway.example", cert)).toBe(4000);
    expect(await end("127.0.0.1", cert)).toBe(4000);
    expect(await end("other.example", cert)).toBe(1006);
    expect(await end("gateway.example", undefined)).toBe(1006);
  });
});
