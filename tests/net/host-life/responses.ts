/** A host whose guests fetch from servers that break off at every length and moment. Silent unless broken. */
import { V8Sandbox } from "network-runtime";
import type { RequestHandler } from "network-runtime";
import { fetchProxy } from "network-runtime/net";
import * as zlib from "node:zlib";
import { ENDINGS, breakOff, cuts } from "./broken-server.ts";

const text = "as it should be, ".repeat(8);
const encoded: Record<string, Buffer> = {
  gzip: zlib.gzipSync(text),
  deflate: zlib.deflateSync(text),
  br: zlib.brotliCompressSync(text),
  zstd: zlib.zstdCompressSync(text),
};

function response(lines: string, body: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${lines}\n\n`.replaceAll("\n", "\r\n"), "latin1"), Buffer.from(body)]);
}

function chunked(...chunks: (string | Buffer)[]): Buffer {
  return Buffer.concat(
    [...chunks, ""].map((chunk) => {
      const bytes = Buffer.from(chunk);
      return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
    }),
  );
}

const answers: Record<string, Buffer> = {
  length: response("200 OK\nContent-Length: 10", "0123456789"),
  chunked: response("200 OK\nTransfer-Encoding: chunked", chunked("hello", "abc")),
  "bad-chunk": response("200 OK\nTransfer-Encoding: chunked", "5\r\nhello\r\nzz\r\nabc\r\n0\r\n\r\n"),
  "chunked-gzip": response("200 OK\nContent-Encoding: gzip\nTransfer-Encoding: chunked", chunked(encoded["gzip"]!)),
  large: response("200 OK\nContent-Length: 1000000", Buffer.alloc(200_000, "l")),
  redirect: response("302 Found\nLocation: /length/999/end\nContent-Length: 20", "short"),
  "without-body": response("205 Reset Content\nContent-Length: 20", "short"),
  switched: response("101 Switching Protocols\nUpgrade: x\nConnection: Upgrade", "short"),
  "not-modified": response("304 Not Modified\nContent-Length: 20", "short"),
  "old-protocol": Buffer.from("HTTP/1.0 200 OK\r\n\r\nuntil it closes"),
  "many-codings": response("200 OK\nContent-Encoding: gzip, gzip, gzip, gzip\nContent-Length: 200", "short"),
  "not-what-it-says": response("200 OK\nContent-Encoding: br\nContent-Length: 4", "text"),
  alert: Buffer.from([0x15, 3, 1, 0, 2, 2, 40]),
  junk: Buffer.from("hello there\r\n\r\n"),
};
for (const [coding, body] of Object.entries(encoded)) {
  answers[coding] = response(`200 OK\nContent-Encoding: ${coding}\nContent-Length: ${body.length}`, body);
}

using server = await breakOff((name) => answers[name]!);
const allow = [`http://${server.host}`, `https://${server.host}`];
const proxy = fetchProxy({ allow, maxConcurrent: 0 });
const handlers: Record<string, RequestHandler> = {
  proxy,
  "around the proxy": (data, context) => proxy(data, context),
  own: ({ url, method, body }, { signal }) => fetch(url as string, { method, body, signal } as RequestInit),
  "own, which reads it": async ({ url }) => new Response(await (await fetch(url as string)).bytes()),
  "own, which passes it on": async ({ url }) => new Response((await fetch(url as string)).body),
};
/** What guests do with a Response `r`. */
const uses = ["r.text()", "0", "r.body?.cancel()", "r.body?.getReader().read()", "(r.clone(), r.blob())", "upload(r)"];

const sandbox = new V8Sandbox({ threads: 1 });
for (const [handler, handle] of Object.entries(handlers)) {
  const isolate = await sandbox.createIsolate();
  isolate.onRequest("fetch", handle);
  for (const use of uses) {
    const paths = Object.entries(answers).flatMap(([name, { length }]) =>
      ENDINGS.flatMap((ending) => cuts(length, length > 1000 ? 3 : 12).map((cut) => `${name}/${cut}/${ending}`)),
    );
    // By hundreds: a host has only so many ports.
    while (paths.length > 0) {
      const wrong = await isolate.evaluate<string[]>(`(async () => {
        const base = "http://${server.host}/";
        const upload = ({ body }) => body && fetch(base + "length/20/end", { method: "POST", body, duplex: "half" });
        const errors = await Promise.all(${JSON.stringify(paths.splice(0, 100))}.map((path) =>
          fetch(base + path).then((r) => ${use}).then(() => undefined, (error) => error)));
        return errors.filter((error) => error && !(error instanceof TypeError)).map(String);
      })()`);
      if (wrong.length > 0) throw new Error(`${handler}, ${use}: ${wrong.join("; ")}`);
    }
  }
  const told = await isolate.evaluate<string>(`fetch("https://${server.host}/").then(() => "answered", (e) => e.name)`);
  if (told !== "TypeError") throw new Error(`${handler}: TLS that is none came to ${told}`);
  isolate.destroy();
}
// What nobody read is told to nobody when it is collected.
Bun.gc(true);
await Bun.sleep(50);
sandbox.shutdown();
