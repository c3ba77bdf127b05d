// Servers that mean harm: what they send ends in one clear error, and none of it is kept.
import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "network-runtime";
import { fetchProxy } from "network-runtime/net";
import type { Socket } from "node:net";
import * as zlib from "node:zlib";
import { peakMb, resetPeak, residentMb } from "../hostile/memory-use.ts";
import { ask, codeOf, context, until } from "./proxy.ts";
import { flood, raw } from "./raw-server.ts";

async function outcome(
  answer: string | ((socket: Socket) => void),
  { end = false, timeoutMs = 30_000 } = {},
): Promise<string> {
  using server = await raw(answer, end);
  const options = { allow: [new URL(server.url).origin], timeoutMs, maxResponseBytes: 1000 };
  const code = await codeOf(ask(options, { url: server.url }).then((response) => response.text()));
  expect(server.received).toStartWith("GET / HTTP/1.1\r\n");
  return code;
}

const OK = "HTTP/1.1 200 OK\r\n";

describe("answers that are no HTTP", () => {
  test.each([
    ["a status beyond all", "HTTP/1.1 1000 Odd\r\nContent-Length: 0\r\n\r\n", "ERR_NET_FAILED"],
    ["a status that is none", "HTTP/1.1 000 Odd\r\nContent-Length: 0\r\n\r\n", "ERR_NET_FAILED"],
    ["a protocol nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nabc", "ERR_NET_FAILED"],
    ["a negative length", `${OK}Content-Length: -5\r\n\r\nabcde`, "ERR_NET_FAILED"],
    ["two lengths", `${OK}Content-Length: 5\r\nContent-Length: 3\r\n\r\nabcde`, "ERR_NET_FAILED"],
    ["a length that is none", `${OK}Content-Length: 5e3\r\n\r\nabcde`, "ERR_NET_FAILED"],
    ["a control character in a header", `${OK}X: a\x01b\r\nContent-Length: 1\r\n\r\nx`, "ERR_NET_FAILED"],
    ["a chunk without a size", `${OK}Transfer-Encoding: chunked\r\n\r\nnone\r\n`, "ERR_NET_FAILED"],
  ])("%s", async (_name, answer, code) => expect(await outcome(answer)).toBe(code));

  test.each([
    ["no status line", "hello there"],
    ["a short body that breaks off", `${OK}Content-Length: 100\r\n\r\nabc`],
    ["chunks that break off", `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nab`],
    ["gzip that breaks off", `${OK}Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03`],
  ])("%s", async (_name, answer) => expect(await outcome(answer, { end: true })).toBe("ERR_NET_FAILED"));
});

describe("floods are not kept", () => {
  const floods: readonly [string, string, string][] = [
    ["headers", OK, `X: ${"v".repeat(60_000)}\r\n`],
    ["one header", `${OK}X: `, "v".repeat(65_536)],
    ["a status line", "HTTP/1.1 200 ", "v".repeat(65_536)],
    ["early hints", "", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(500)],
    ["a chunk's extension", `${OK}Transfer-Encoding: chunked\r\n\r\n1;`, "e".repeat(65_536)],
    ["a chunk's size", `${OK}Transfer-Encoding: chunked\r\n\r\n`, "0".repeat(65_536)],
    ["trailers", `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n`, `X: ${"v".repeat(60_000)}\r\n`],
    ["a body", `${OK}\r\n`, "b".repeat(65_536)],
  ];

  test.each(floods)("%s", async (_name, head, piece) => {
    Bun.gc(true);
    const before = residentMb();
    resetPeak();
    const code = await outcome(
      (socket) => {
        socket.write(head, "latin1");
        flood(socket, piece);
      },
      // Some floods never come to an end that would be one.
      { timeoutMs: 500 },
    );
    expect(["ERR_NET_FAILED", "ERR_NET_TIMEOUT", "ERR_NET_RESPONSE_TOO_LARGE"]).toContain(code);
    // Up to 100 MB were sent; this process is the server, too.
    expect(peakMb() - before).toBeLessThan(32);
  });
});

describe("decompression bombs", () => {
  const zeros = new Uint8Array(64 * 1024 * 1024);
  const gzip = zlib.gzipSync(zeros);
  const bombs: Record<string, [string, Uint8Array]> = {
    gzip: ["gzip", gzip],
    deflate: ["deflate", zlib.deflateSync(zeros)],
    "bare deflate": ["deflate", zlib.deflateRawSync(zeros)],
    br: ["br", zlib.brotliCompressSync(zeros, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } })],
    zstd: ["zstd", Bun.zstdCompressSync(zeros)],
    "gzip in gzip": ["gzip, gzip", zlib.gzipSync(gzip)],
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      const [coding, body] = bombs[decodeURIComponent(new URL(request.url).pathname.slice(1))]!;
      return new Response(new Uint8Array(body), { headers: { "content-encoding": coding } });
    },
  });
  afterAll(() => server.stop(true));

  test.each(Object.keys(bombs))("%s", async (name) => {
    const allow = [server.url.origin];
    const proxy = fetchProxy({ allow, maxResponseBytes: 1_000_000 });
    const response = await proxy({ url: `${server.url.href}${name}` }, context());
    expect(await codeOf(response.text())).toBe("ERR_NET_RESPONSE_TOO_LARGE");
    // Decoded in pieces: of the 64 MiB no more than one piece beyond the limit.
    expect(proxy.stats().bytesReceived).toBeLessThan(1_200_000);
    // Without the limit it is all there.
    const all = await ask({ allow }, { url: `${server.url.href}${name}` });
    expect((await all.bytes()).length).toBe(zeros.length);
  });

  test("so many codings, one inside the other, are not undone", async () => {
    expect(await outcome(`${OK}Content-Encoding: gzip, gzip, gzip, gzip\r\nContent-Length: 1\r\n\r\nx`)).toBe(
      "ERR_NET_FAILED",
    );
  });

  test("a guest that does not read one is not disturbed by it, and neither is the host", async () => {
    const sandbox = new V8Sandbox({ threads: 1 });
    const isolate = await sandbox.createIsolate();
    using bad = await raw(`${OK}Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip.`, false);
    const proxy = fetchProxy({ allow: [new URL(bad.url).origin] });
    isolate.onRequest("fetch", proxy);
    expect(await isolate.evaluate(`globalThis.kept = await fetch("${bad.url}"); kept.status`)).toBe(200);
    expect(await isolate.evaluate(`kept.text().catch((error) => error.code)`)).toBe("ERR_NET_FAILED");
    await until(() => proxy.stats().active === 0);
    sandbox.shutdown();
  });
});
