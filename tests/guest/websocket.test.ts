// https://websockets.spec.whatwg.org/ in a guest, event by event of a host's: tests/net/web-socket-gateway.test.ts has
// real connections.
import { describe, expect, test } from "bun:test";
import type { Isolate } from "network-runtime";
import { createGuest, messages, run, thrown } from "./guest.ts";

/** A guest with `socket`, connection 1, whose events are in `log`. */
async function guestWithSocket(options = ""): Promise<Isolate> {
  const guest = await createGuest();
  const opened = messages(guest, "ws.open", 1);
  await run(
    `globalThis.log = [];
    globalThis.socket = new WebSocket("wss://a.example/x"${options});
    for (const type of ["open", "message", "error", "close"]) socket.addEventListener(type, (event) => {
      log.push(type === "close" ? [type, event.code, event.reason, event.wasClean] : [type, event.data ?? event.message]);
    });`,
    guest,
  );
  await opened;
  return guest;
}

function tell(guest: Isolate, type: string, data?: unknown, connection = 1): void {
  guest.send("__ws_event", { conn_id: connection, event_type: type, data });
}

const log = (guest: Isolate): Promise<unknown> => guest.evaluate("[socket.readyState, log]");

describe("what the host is told", () => {
  test("names the connection, the URL and the subprotocols, then what is sent and how it is closed", async () => {
    const guest = await createGuest();
    const told: unknown[] = [];
    for (const event of ["ws.open", "ws.send", "ws.close"])
      guest.on(event, (data: unknown) => void told.push([event, data]));
    await run(
      `globalThis.first = new WebSocket("ws://a.example");
      globalThis.second = new WebSocket("https://a.example/?q", ["b", "c"]);`,
      guest,
    );
    tell(guest, "open", undefined, 1);
    tell(guest, "open", { protocol: "c" }, 2);
    const protocol = await run(
      `first.send("text"); second.send(new Uint8Array([1, 2]).subarray(1)); second.send({});
      first.close(); second.close(4000, "ü"); second.close(4001); first.send("late");
      return second.protocol;`,
      guest,
    );
    await guest.evaluate("0");
    expect(protocol).toBe("c");
    expect(told).toEqual([
      ["ws.open", { conn_id: 1, url: "ws://a.example/", protocols: [] }],
      ["ws.open", { conn_id: 2, url: "wss://a.example/?q", protocols: ["b", "c"] }],
      ["ws.send", { conn_id: 1, data: "text" }],
      ["ws.send", { conn_id: 2, data: new Uint8Array([2]) }],
      ["ws.send", { conn_id: 2, data: "[object Object]" }],
      ["ws.close", { conn_id: 1, code: undefined, reason: undefined }],
      ["ws.close", { conn_id: 2, code: 4000, reason: "ü" }],
    ]);
  });

  test("and the origin, where a script has defined a location", async () => {
    const guest = await createGuest();
    const opened = messages(guest, "ws.open", 1);
    await run(`globalThis.location = new URL("https://tenant.example/app"); new WebSocket("/socket");`, guest);
    expect(await opened).toEqual([
      { conn_id: 1, url: "wss://tenant.example/socket", protocols: [], origin: "https://tenant.example" },
    ]);
  });

  test("a reason alone is sent with code 1000", async () => {
    const guest = await guestWithSocket();
    const closed = messages(guest, "ws.close", 1);
    await guest.evaluate(`socket.close(undefined, "why")`);
    expect(await closed).toEqual([{ conn_id: 1, code: 1000, reason: "why" }]);
  });
});

describe("what the host tells", () => {
  test("opens once, and closes once", async () => {
    const guest = await guestWithSocket();
    tell(guest, "message", "early");
    tell(guest, "open");
    tell(guest, "open", { protocol: "other" });
    tell(guest, "message", "in time");
    tell(guest, "close", { code: 1001, reason: "away" });
    tell(guest, "close", { code: 1000 });
    tell(guest, "message", "late");
    tell(guest, "error", { message: "late" });
    expect(await log(guest)).toEqual([
      3,
      [
        ["open", undefined],
        ["message", "in time"],
        ["close", 1001, "away", true],
      ],
    ]);
    expect(await guest.evaluate("socket.protocol")).toBe("");
  });

  test("wasClean is what the host says, else whether the close was no abnormal one", async () => {
    const cases: [unknown, unknown[]][] = [
      [undefined, [1005, "", true]],
      [null, [1005, "", true]],
      [{}, [1005, "", true]],
      [{ code: "1000", reason: 5, wasClean: "yes" }, [1005, "", true]],
      [{ code: 1006 }, [1006, "", false]],
      [{ code: 1006, wasClean: true }, [1006, "", true]],
      [{ code: 1000, reason: "bye", wasClean: false }, [1000, "bye", false]],
      [{ code: 4999, reason: "x" }, [4999, "x", true]],
    ];
    for (const [data, [code, reason, wasClean]] of cases) {
      const guest = await guestWithSocket();
      tell(guest, "open");
      tell(guest, "close", data);
      expect(await log(guest)).toEqual([
        3,
        [
          ["open", undefined],
          ["close", code, reason, wasClean],
        ],
      ]);
    }
  });

  test("an error ends a connection that is not open, and only that", async () => {
    const guest = await guestWithSocket();
    tell(guest, "error", { message: "refused" });
    tell(guest, "open");
    expect(await log(guest)).toEqual([
      3,
      [
        ["error", "refused"],
        ["close", 1006, "", false],
      ],
    ]);
    const other = await guestWithSocket();
    tell(other, "open");
    tell(other, "error", { message: "a warning" });
    tell(other, "message", "still there");
    expect(await log(other)).toEqual([
      1,
      [
        ["open", undefined],
        ["error", "a warning"],
        ["message", "still there"],
      ],
    ]);
  });

  test("messages that come while it is closing are dropped, the close is not", async () => {
    const guest = await guestWithSocket();
    tell(guest, "open");
    await guest.evaluate("socket.close(3000); socket.readyState");
    tell(guest, "message", "late");
    expect(await log(guest)).toEqual([2, [["open", undefined]]]);
    tell(guest, "close", { code: 3000, reason: "", wasClean: true });
    expect(await log(guest)).toEqual([
      3,
      [
        ["open", undefined],
        ["close", 3000, "", true],
      ],
    ]);
  });

  test("bytes are what binaryType says when they come", async () => {
    const guest = await guestWithSocket();
    tell(guest, "open");
    tell(guest, "message", new Uint8Array([1, 2]));
    await guest.evaluate(`socket.binaryType = "arraybuffer"; socket.binaryType = "nonsense"; socket.binaryType`);
    tell(guest, "message", new Uint8Array([3]).buffer);
    const kinds = await guest.evaluate(`(async () => {
      const [, [, blob], [, buffer]] = log;
      return [blob instanceof Blob, [...(await blob.bytes())], buffer instanceof ArrayBuffer, [...new Uint8Array(buffer)]];
    })()`);
    expect(kinds).toEqual([true, [1, 2], true, [3]]);
  });
});

describe("a guest", () => {
  test("cannot forge events, nor take them from the platform", async () => {
    const guest = await guestWithSocket();
    await run(
      `globalThis.seen = 0;
      const listener = () => void seen++;
      NETWORK.on("__ws_event", listener);
      NETWORK.send("__ws_event", { conn_id: 1, event_type: "open" });
      NETWORK.off("__ws_event", listener);
      NETWORK.on("__ws_event", listener);
      dispatchEvent(new Event("__ws_event"));`,
      guest,
    );
    expect(await log(guest)).toEqual([0, []]);
    tell(guest, "open");
    expect(await log(guest)).toEqual([1, [["open", undefined]]]);
    expect(await guest.evaluate("seen")).toBe(1);
  });

  test("its own events on a socket are not trusted and change nothing", async () => {
    const guest = await guestWithSocket();
    const result = await run(
      `const trusted = [];
      socket.onopen = (event) => trusted.push(event.isTrusted);
      socket.dispatchEvent(new Event("open"));
      return [socket.readyState, trusted];`,
      guest,
    );
    expect(result).toEqual([0, [false]]);
  });

  test("numbers its connections for itself: those of others are out of reach", async () => {
    const [first, second] = [await guestWithSocket(), await guestWithSocket()];
    tell(first, "open");
    expect(await log(second)).toEqual([0, []]);
    expect(await log(first)).toEqual([1, [["open", undefined]]]);
  });

  test("may have a thousand connections, and others once those are closed", async () => {
    const guest = await createGuest();
    const result = await run(
      `${thrown}
      globalThis.sockets = Array.from({ length: 1024 }, () => new WebSocket("ws://a.example"));
      return thrown(() => new WebSocket("ws://a.example"));`,
      guest,
    );
    expect(result).toBe("DOMException QuotaExceededError 22");
    tell(guest, "close", { code: 1000 }, 5);
    expect(await guest.evaluate(`new WebSocket("ws://a.example").readyState`)).toBe(0);
  });
});

describe("closed while it connects", () => {
  test("fails with the guest's own words, whatever the host says meanwhile", async () => {
    const guest = await createGuest();
    guest.on("ws.close", ({ conn_id }: { conn_id: number }) => {
      tell(guest, "open", undefined, conn_id);
      tell(guest, "error", { message: "the host's" }, conn_id);
      tell(guest, "close", { code: 1000, reason: "the host's", wasClean: true }, conn_id);
    });
    // Often enough for what the host says to come before the guest's own task, and after it.
    const seen = await guest.evaluate<string[]>(`(async () => {
      const seen = new Set();
      for (let index = 0; index < 500; index++) {
        const socket = new WebSocket("wss://a.example/");
        const events = [];
        const closed = new Promise((resolve) => (socket.onclose = ({ code, wasClean }) => resolve(code + " " + wasClean)));
        socket.onopen = () => events.push("open");
        socket.onerror = ({ message }) => events.push(message);
        socket.close();
        if (index % 2) for (const end = performance.now() + 0.3; performance.now() < end;);
        seen.add([...events, await closed, ...events].join("; "));
      }
      return [...seen];
    })()`);
    const message = "WebSocket is closed before the connection is established.";
    expect(seen).toEqual([`1006 false; ${message}`]);
  });
});

describe("bufferedAmount", () => {
  test("counts bytes until they are handed over, at the next microtask", async () => {
    const guest = await guestWithSocket();
    tell(guest, "open");
    const result = await run(
      `const amounts = [socket.bufferedAmount];
      socket.send("aé€😀\\ud800");
      socket.send(new Uint16Array(3));
      socket.send(new Blob(["four"]));
      amounts.push(socket.bufferedAmount);
      await undefined;
      await undefined;
      amounts.push(socket.bufferedAmount);
      return amounts;`,
      guest,
    );
    expect(result).toEqual([0, 13 + 6 + 4, 0]);
  });

  test("keeps what was sent after the connection was closed", async () => {
    const guest = await guestWithSocket();
    tell(guest, "open");
    await guest.evaluate(`socket.close(); socket.send("12345"); socket.bufferedAmount`);
    expect(await guest.evaluate("socket.bufferedAmount")).toBe(5);
    tell(guest, "close", { code: 1000 });
    expect(await guest.evaluate(`socket.send(new ArrayBuffer(2)); socket.bufferedAmount`)).toBe(7);
    expect(await guest.evaluate("socket.bufferedAmount")).toBe(7);
  });
});

test("handlers are attributes, listeners are heard beside them, and a subprotocol is named once in whatever case", async () => {
  const guest = await createGuest();
  const result = await run(
    `${thrown}
    const socket = new WebSocket("ws://a.example");
    const f = () => {};
    const before = socket.onmessage;
    socket.onmessage = f;
    const after = socket.onmessage === f;
    socket.onmessage = 5;
    return [before, after, socket.onmessage, thrown(() => new WebSocket("ws://a.example", ["Ab", "aB"])),
      thrown(() => Reflect.set(WebSocket.prototype, "binaryType", "x"))];`,
    guest,
  );
  expect(result).toEqual([null, true, null, "DOMException SyntaxError 12", "TypeError"]);
});
