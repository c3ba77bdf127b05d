// What a server on the loopback address answers, and to whom. Requests are written by hand: clients would mend them.
import { afterAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { ListenError, OptionError } from "../../lib/index.ts";
import { resolveListenOptions } from "../../lib/loopback/options.ts";
import { serveLoopback } from "../../lib/loopback/server.ts";
import type { Service } from "../../lib/loopback/server.ts";

const settings = resolveListenOptions({}, [], "test()");

const service: Service<string> = {
  answer: ({ path, hasToken, upgrade }) => {
    if (path === "/socket") return upgrade("mine") ? undefined : new Response("no socket\n", { status: 400 });
    if (path === "/broken") throw new Error("a secret of the host");
    return new Response(`${path} ${hasToken}`);
  },
  origins: ["devtools://devtools"],
  isOpen: (path) => path === "/json/version",
  socketsMax: 2,
  websocket: { message: (socket, message) => void socket.send(`${socket.data}: ${message}`) },
};

const server = serveLoopback(settings, service, "test()");
afterAll(() => server.close());
const { port, token } = server;

/** @returns status and body */
async function ask(lines: readonly string[]): Promise<{ status: number; text: string }> {
  const socket = connect(port, "127.0.0.1");
  socket.end(`${lines.join("\r\n")}\r\n\r\n`);
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]), text };
}

function get(path: string, headers: readonly string[] = [`Host: 127.0.0.1:${port}`]) {
  return ask([`GET ${path} HTTP/1.1`, "Connection: close", ...headers]);
}

describe("requests", () => {
  test("with the token are answered, under the names of this machine", async () => {
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
      const { status, text } = await get(`/${token}/page?x=1`, [`Host: ${host}`]);
      expect([host, status]).toEqual([host, 200]);
      expect(text).toEndWith("/page true");
    }
    expect((await get(`/${token}`)).text).toEndWith("/ true");
  });

  test("for other hosts are refused: an address may have been given to their name since", async () => {
    const others = ["evil.example", `evil.example:${port}`, `127.0.0.1:${port + 1}`, "127.0.0.1", "localhost"];
    const odd = [`127.0.0.1.evil.example:${port}`, `localhost:${port}@evil`, `0x7f000001:${port}`, ""];
    for (const host of [...others, ...odd]) {
      const { status, text } = await get(`/${token}/`, [`Host: ${host}`]);
      expect([host, [400, 403].includes(status)]).toEqual([host, true]);
      expect(text).not.toContain(token);
    }
  });

  test("of other origins are refused, even with the token", async () => {
    const host = `Host: 127.0.0.1:${port}`;
    const foreign = [
      "https://evil.example",
      "null",
      `https://127.0.0.1:${port}`,
      "http://127.0.0.1",
      "http://127.0.0.1:1",
    ];
    for (const origin of foreign) {
      expect([origin, (await get(`/${token}/`, [host, `Origin: ${origin}`])).status]).toEqual([origin, 403]);
    }
    for (const origin of [`http://localhost:${port}`, `http://127.0.0.1:${port}`, "devtools://devtools"]) {
      expect([origin, (await get(`/${token}/`, [host, `Origin: ${origin}`])).status]).toEqual([origin, 200]);
    }
  });

  test("without the token are refused, but for paths that need none", async () => {
    for (const path of ["/", "//", "/page", `/${token.slice(0, -1)}/`, `/${token}x/`, `/x/${token}/`, `/?${token}`]) {
      expect([path, (await get(path)).status]).toEqual([path, 403]);
    }
    expect((await get("/json/version")).text).toEndWith("/json/version false");
    expect((await get("/json/version", ["Host: evil.example"])).status).toBe(403);
  });

  test("are answered with what a page may do", async () => {
    const { text } = await get(`/${token}/`);
    for (const line of ["content-security-policy: default-src 'none'", "cache-control: no-store", "nosniff"]) {
      expect(text.toLowerCase()).toContain(line);
    }
  });

  test("whose answer fails are told nothing of why", async () => {
    const warned = Promise.withResolvers<Error>();
    process.once("warning", warned.resolve);
    const { status, text } = await get(`/${token}/broken`);
    expect(status).toBe(500);
    expect(text).not.toContain("secret");
    expect((await warned.promise).message).toContain("a secret of the host");
  });

  test("with large bodies are refused", async () => {
    const lines = [
      `POST /${token}/ HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      "Connection: close",
      "Content-Length: 99999999",
    ];
    expect((await ask(lines)).status).toBe(413);
  });
});

describe("WebSockets", () => {
  const url = `ws://127.0.0.1:${port}/${token}/socket`;
  const open = (address: string, headers: Record<string, string> = {}): Promise<WebSocket> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(address, { headers } as never);
      socket.addEventListener("open", () => resolve(socket));
      socket.addEventListener("error", () => reject(new Error("refused")));
    });
  const closed = (socket: WebSocket): Promise<number> =>
    new Promise((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));

  test("are under the same rules, and no more than there may be", async () => {
    await expect(open(`ws://127.0.0.1:${port}/socket`)).rejects.toThrow("refused");
    await expect(open(url, { Origin: "https://evil.example" })).rejects.toThrow("refused");
    const first = await open(url);
    const second = await open(url);
    const answer = new Promise((resolve) => second.addEventListener("message", ({ data }) => resolve(data)));
    second.send("hello");
    expect(await answer).toBe("mine: hello");
    await expect(open(url)).rejects.toThrow("refused");
    const gone = closed(first);
    first.close();
    await gone;
    const third = await open(url);
    const large = closed(third);
    third.send("x".repeat(100_000));
    expect(await large).toBe(1009);
    second.close();
  });
});

test("clients that stall in the middle of a request, or lie about its length, keep nobody from being answered", async () => {
  const heads = [
    `GET /${token}/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Slow: `,
    `POST /${token}/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 1000\r\n\r\nshort`,
    "\x16\x03\x01\x02\x00\x01\x00",
    `GET /${"x".repeat(30_000)}`,
  ];
  const stalled = Array.from({ length: 200 }, (_, index) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(heads[index % heads.length]!);
    return socket;
  });
  const flood = await Promise.all(Array.from({ length: 200 }, () => get(`/${token}/page`)));
  expect(flood.filter(({ status }) => status === 200).length).toBe(200);
  for (const socket of stalled) socket.destroy();
});

test("a port that is taken, or is none, is a typed error", () => {
  expect(() => serveLoopback({ ...settings, port }, service, "test()")).toThrow(ListenError);
  for (const wrong of [-1, 65_536, 1.5, "80", null]) {
    expect(() => resolveListenOptions({ port: wrong as number }, [], "test()")).toThrow(OptionError);
  }
  expect(() => resolveListenOptions({ hostname: "0.0.0.0" as "::1" }, [], "test()")).toThrow("ssh -L");
  expect(() => resolveListenOptions({ prot: 1 } as object, [], "test()")).toThrow("did you mean port?");
});

test("what is closed takes no more connections", async () => {
  const other = serveLoopback(settings, service, "test()");
  await other.close();
  await other.close();
  await expect(fetch(other.url)).rejects.toThrow();
});
