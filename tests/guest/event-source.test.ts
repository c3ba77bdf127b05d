// https://html.spec.whatwg.org/multipage/server-sent-events.html in a guest, over real servers.
import { afterAll, describe, expect, test } from "bun:test";
import { fetchProxy } from "network-runtime/net";
import { createGuest, run, thrown } from "./guest.ts";

/** Pieces of a stream; a number is a wait in milliseconds, `open` at the end leaves it open. */
type Script = (string | Uint8Array | number)[];

const open = Infinity;
/** What the streams under test answer, and what they were asked; each test has a path of its own. */
const scripts = new Map<string, (headers: Headers, connection: number) => Response | Script>();
const requests = new Map<string, Headers[]>();
const ended: string[] = [];

async function* play(script: Script): AsyncGenerator<string | Uint8Array> {
  for (const piece of script) {
    if (piece === open) await new Promise(() => {});
    else if (typeof piece === "number") await Bun.sleep(piece);
    else yield piece;
  }
}

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request) {
    const { pathname } = new URL(request.url);
    const headers = new Headers(request.headers);
    const earlier = requests.get(pathname) ?? [];
    requests.set(pathname, [...earlier, headers]);
    request.signal.addEventListener("abort", () => ended.push(pathname));
    const answer = scripts.get(pathname)!(headers, earlier.length);
    if (answer instanceof Response) return answer;
    return new Response(play(answer), { headers: { "content-type": "text/event-stream; charset=utf-8" } });
  },
});
afterAll(() => server.stop(true));

const base = `http://127.0.0.1:${server.port}`;
const proxy = fetchProxy({ allow: [base] });

/** Runs a body in a guest; `listen(path)` there is an EventSource that keeps a log of its events in `source.log`. */
async function runAt<T>(body: string): Promise<T> {
  const guest = await createGuest();
  guest.onRequest("fetch", proxy);
  guest.onRequest("ended", async (path: string) => {
    while (!ended.includes(path)) await Bun.sleep(5);
  });
  const listen = `
    const listen = (path, types = ["open", "message", "error"]) => {
      const source = new EventSource("${base}" + path);
      source.log = [];
      for (const type of types) source.addEventListener(type, (event) => {
        source.log.push(event instanceof MessageEvent ? [type, event.data, event.lastEventId] : [type, source.readyState]);
        source.onlog?.();
      });
      source.until = (count) => new Promise((resolve) => {
        (source.onlog = () => { if (source.log.length >= count) resolve(source.log); })();
      });
      return source;
    };`;
  return run<T>(`${listen}${body}`, guest);
}

describe("an event stream", () => {
  test("is read as the standard says", async () => {
    scripts.set("/format", () => [
      "\ufeffdata: first\n\n",
      ": a comment\ndata:a\ndata:  b\ndata\n\n",
      "event: named\rdata: x\r\rdata: after\r\n\r\nevent: dropped\n\n",
      "id: 7\ndata: with id\n\ndata: same id\n\nid\ndata: none\n\nid: a\0b\nunknown: x\ndata: kept\n\n",
      "\ufeffdata: no field\n\ndata: unfinished\n",
      open,
    ]);
    const log = await runAt(`
      const source = listen("/format", ["open", "message", "named", "dropped"]);
      const log = await source.until(9);
      source.close();
      return log;`);
    expect(log).toEqual([
      ["open", 1],
      ["message", "first", ""],
      ["message", "a\n b\n", ""],
      ["named", "x", ""],
      ["message", "after", ""],
      ["message", "with id", "7"],
      ["message", "same id", "7"],
      ["message", "none", ""],
      ["message", "kept", ""],
    ]);
  });

  test("may be cut anywhere, within a character and between the halves of a line's end", async () => {
    const bytes = new TextEncoder().encode("data: grün 💧\r\ndata: zwei\r\n\r\ndata: next\r\n\r\n");
    scripts.set("/cut", () => [...[...bytes].flatMap((byte) => [new Uint8Array([byte]), 1]), open]);
    const log = await runAt(`const source = listen("/cut"); return source.until(3);`);
    expect(log).toEqual([
      ["open", 1],
      ["message", "grün 💧\nzwei", ""],
      ["message", "next", ""],
    ]);
  });

  test("events are tasks: microtasks of one run before the next", async () => {
    scripts.set("/tasks", () => ["data: 1\n\ndata: 2\n\n", open]);
    const log = await runAt(`
      const log = [];
      const source = listen("/tasks");
      source.onmessage = ({ data, isTrusted, origin }) => {
        log.push(data, isTrusted, origin);
        Promise.resolve().then(() => log.push("microtask of " + data));
      };
      await source.until(3);
      await new Promise((resolve) => setTimeout(resolve));
      return log;`);
    expect(log).toEqual(["1", true, base, "microtask of 1", "2", true, base, "microtask of 2"]);
  });
});

describe("reconnecting", () => {
  test("waits as the server says, and tells the last id", async () => {
    scripts.set("/again", (headers, connection) => {
      if (connection === 0) return ["retry: 1\nretry: x\nid: 4ä\ndata: one\n\n"];
      if (connection === 1)
        return [`data: ${JSON.stringify(Buffer.from(headers.get("last-event-id")!, "latin1").toString())}\n\n`];
      return ["id: end\n\n", open];
    });
    const log = await runAt(`return listen("/again").until(7);`);
    expect(log).toEqual([
      ["open", 1],
      ["message", "one", "4ä"],
      ["error", 0],
      ["open", 1],
      ["message", '"4ä"', "4ä"],
      ["error", 0],
      ["open", 1],
    ]);
    const [first] = requests.get("/again")!;
    expect(first!.get("accept")).toBe("text/event-stream");
    expect(first!.get("cache-control")).toBe("no-cache");
    expect(first!.get("last-event-id")).toBeNull();
  });

  test("goes on after a connection that was refused or broke off", async () => {
    scripts.set("/broken", (_headers, connection) => (connection === 0 ? ["retry: 1\n\n"] : ["data: back\n\n", open]));
    let attempt = 0;
    const guest = await createGuest();
    guest.onRequest("fetch", (data, context) => {
      attempt++;
      // Once in between, the connection is refused.
      if (attempt === 2) return Promise.reject(Object.assign(new Error("refused"), { code: "ERR_NET_FAILED" }));
      return proxy(data, context);
    });
    const log = await run(
      `const source = new EventSource("${base}/broken");
      const log = [];
      await new Promise((resolve) => {
        source.onopen = source.onerror = ({ type }) => void log.push(type, source.readyState);
        source.onmessage = ({ data }) => resolve(log.push(data));
      });
      return log;`,
      guest,
    );
    expect(log).toEqual(["open", 1, "error", 0, "error", 0, "open", 1, "back"]);
  });
});

describe("a connection that is none", () => {
  test("ends for a wrong type, another status or a refusal", async () => {
    const type = { "content-type": "text/event-stream" };
    scripts.set("/type", () => new Response("data: x\n\n", { headers: { "content-type": "text/event-streamer" } }));
    scripts.set("/none", () => new Response(new Uint8Array([100]), { headers: {} }));
    scripts.set("/status", () => new Response("data: x\n\n", { status: 201, headers: type }));
    scripts.set("/empty", () => new Response(null, { status: 204, headers: type }));
    const logs = await runAt(`
      const logs = {};
      for (const path of ["/type", "/none", "/status", "/empty"]) {
        const source = listen(path);
        logs[path] = await source.until(1);
      }
      const refused = new EventSource("https://refused.example/");
      logs.refused = await new Promise((resolve) => (refused.onerror = () => resolve([["error", refused.readyState]])));
      return logs;`);
    const failed = [["error", 2]];
    expect(logs).toEqual({ "/type": failed, "/none": failed, "/status": failed, "/empty": failed, refused: failed });
  });

  test("ends where the host has no handler", async () => {
    const result = await run(`
      const source = new EventSource("https://nobody.example/");
      return new Promise((resolve) => (source.onerror = () => resolve(source.readyState)));`);
    expect(result).toBe(2);
  });
});

describe("close()", () => {
  test("cancels the stream at once, and nothing comes after it", async () => {
    scripts.set("/close", () => ["data: 1\n\ndata: 2\n\n", open]);
    const log = await runAt(`
      const source = listen("/close");
      const log = source.log;
      source.onmessage = () => source.close();
      await source.until(2);
      await NETWORK.request("ended", "/close");
      source.close();
      return [log, source.readyState];`);
    expect(log).toEqual([
      [
        ["open", 1],
        ["message", "1", ""],
      ],
      2,
    ]);
  });

  test("while it connects, and while it waits, leaves it closed", async () => {
    scripts.set("/waiting", () => ["retry: 1\n\n"]);
    const result = await runAt(`
      const early = listen("/waiting");
      early.close();
      const source = listen("/waiting");
      source.onerror = () => source.close();
      await source.until(2);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return [early.log, early.readyState, source.log];`);
    expect(result).toEqual([
      [],
      2,
      [
        ["open", 1],
        ["error", 0],
      ],
    ]);
    // The one that was closed early may have got as far as the server; nobody came back.
    expect(requests.get("/waiting")!.length).toBeLessThanOrEqual(2);
  });
});

test("a guest that does not keep up holds the server back", async () => {
  let sent = 0;
  scripts.set("/flood", () => {
    const line = new TextEncoder().encode(`data: ${"x".repeat(100_000)}\n\n`);
    const body = new ReadableStream({
      pull(controller) {
        sent++;
        controller.enqueue(line);
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
  const guest = await createGuest({ memoryMb: 64 });
  guest.onRequest("fetch", proxy);
  const seen = await run<number>(
    `const source = new EventSource("${base}/flood");
    let seen = 0;
    return new Promise((resolve) => {
      source.onmessage = () => {
        // Each event takes its time.
        for (const end = performance.now() + 2; performance.now() < end; );
        if (++seen === 300) resolve(seen);
      };
    });`,
    guest,
  );
  expect(seen).toBe(300);
  // What is on the way lies in sockets and in one piece: far less than a thousand messages.
  expect(sent).toBeLessThan(1_300);
});

describe("the interface", () => {
  test("is as Web IDL and HTML define it", async () => {
    const result = await run(`${thrown}
      const source = new EventSource("https://a.example/x", { withCredentials: 1 });
      const plain = new EventSource(new URL("https://a.example"));
      return [
        EventSource.length, EventSource.CONNECTING, EventSource.prototype.CLOSED, source.OPEN,
        Object.prototype.toString.call(source), source instanceof EventTarget,
        source.url, source.withCredentials, plain.url, plain.withCredentials, source.readyState,
        source.onopen, source.onmessage, source.onerror,
        thrown(() => EventSource("https://a.example/")), thrown(() => new EventSource()),
        thrown(() => new EventSource("/relative")), thrown(() => new EventSource("http://:bad")),
        Object.keys(EventSource.prototype).sort().join(),
      ];`);
    expect(result).toEqual([
      ...[1, 0, 2, 1, "[object EventSource]", true],
      ...["https://a.example/x", true, "https://a.example/", false, 0],
      ...[null, null, null],
      ...["TypeError", "TypeError", "DOMException SyntaxError 12", "DOMException SyntaxError 12"],
      "CLOSED,CONNECTING,OPEN,close,onerror,onmessage,onopen,readyState,url,withCredentials",
    ]);
  });

  test("knows a stream of the guest's own, and a location", async () => {
    const result = await run(`
      globalThis.location = new URL("https://tenant.example/app/");
      const source = new EventSource("data:text/event-stream,data:%20hi%0A%0A");
      const event = await new Promise((resolve) => (source.onmessage = resolve));
      source.close();
      return [event.data, event.origin, new EventSource("events").url];`);
    expect(result).toEqual(["hi", "null", "https://tenant.example/app/events"]);
  });
});
