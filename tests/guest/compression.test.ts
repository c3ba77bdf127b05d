// https://compression.spec.whatwg.org/, against Bun's own.
import { describe, expect, test } from "bun:test";
import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
} from "node:zlib";
import { createGuest, run, thrown } from "./guest.ts";

/** Source text of `through(bytes, stream)`: all that comes out of a transform. */
const through = `
  const through = async (bytes, stream, size = 65536) => {
    const writer = stream.writable.getWriter();
    (async () => {
      for (let at = 0; at < bytes.length; at += size) await writer.write(bytes.subarray(at, at + size));
      await writer.close();
    })().catch(() => {});
    const chunks = await Array.fromAsync(stream.readable);
    const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) { all.set(chunk, at); at += chunk.length; }
    return all;
  };
`;

const hosts = {
  deflate: [deflateSync, inflateSync],
  "deflate-raw": [deflateRawSync, inflateRawSync],
  gzip: [gzipSync, gunzipSync],
  brotli: [brotliCompressSync, brotliDecompressSync],
} as const;

const samples = {
  nothing: new Uint8Array(0),
  text: new TextEncoder().encode("What is compressed here is short. "),
  repetitive: new Uint8Array(1_000_000).fill(7),
  noise: Uint8Array.from({ length: 300_000 }, (_, index) => (Math.imul(index, 2654435761) >>> 13) & 0xff),
};

describe.each(Object.keys(hosts) as (keyof typeof hosts)[])("%s", (format) => {
  const [compress, decompress] = hosts[format];

  test.each(Object.keys(samples) as (keyof typeof samples)[])("goes both ways with %s", async (name) => {
    const sample = samples[name];
    const guest = await createGuest();
    await guest.evaluate(`
      ${through}
      globalThis.convert = async (bytes) => [
        await through(bytes, new CompressionStream("${format}"), 10007),
        await through(await through(bytes, new CompressionStream("${format}")), new DecompressionStream("${format}"), 977),
      ];
      globalThis.inflate = (bytes) => through(bytes, new DecompressionStream("${format}"), 4099);
      undefined`);
    guest.onRequest("sample", () => sample);
    guest.onRequest("compressed", () => new Uint8Array(compress(sample)));
    const [packed, back, unpacked] = await run<Uint8Array[]>(
      `return [...await convert(await NETWORK.request("sample")), await inflate(await NETWORK.request("compressed"))]`,
      guest,
    );
    expect(Buffer.compare(decompress(packed!), sample)).toBe(0);
    expect(Buffer.compare(back!, sample)).toBe(0);
    expect(Buffer.compare(unpacked!, sample)).toBe(0);
  });

  test("fails with a TypeError for data that is broken, cut off or goes on", async () => {
    const guest = await createGuest();
    const packed = new Uint8Array(compress(samples.text));
    guest.onRequest("packed", () => packed);
    expect(
      await run<unknown[]>(
        `${through}
        const packed = await NETWORK.request("packed");
        const fails = async (bytes) => {
          try { await through(bytes, new DecompressionStream("${format}")); return "no error"; } catch (error) { return error.constructor.name; }
        };
        const longer = new Uint8Array(packed.length + 1);
        longer.set(packed);
        const broken = packed.slice();
        broken.fill(0xff, 0, 12);
        return [await fails(longer), await fails(packed.subarray(0, packed.length - 1)), await fails(broken), await fails(new Uint8Array(0))]`,
        guest,
      ),
    ).toEqual(["TypeError", "TypeError", "TypeError", "TypeError"]);
  });
});

test("formats and chunks are checked", async () => {
  expect(
    await run(`${thrown}
      const refused = async (chunk) => {
        const { readable, writable } = new CompressionStream("gzip");
        readable.getReader().read().catch(() => {});
        const writer = writable.getWriter();
        try { await writer.write(chunk); return "written"; } catch (error) { return error.constructor.name; }
      };
      return [thrown(() => new CompressionStream()), thrown(() => new CompressionStream("zip")),
        thrown(() => new DecompressionStream("GZIP")), thrown(() => CompressionStream("gzip")),
        CompressionStream.length, DecompressionStream.length, await refused("text"), await refused(undefined), await refused([1])]`),
  ).toEqual(["TypeError", "TypeError", "TypeError", "TypeError", 1, 1, "TypeError", "TypeError", "TypeError"]);
});

describe.each(["gzip", "brotli"] as const)("a %s bomb", (format) => {
  // 256 MB of zeros in 255 KB, or in 200 bytes.
  const zeros = new Uint8Array(256 * 1024 * 1024);
  const bomb = new Uint8Array(
    format === "gzip"
      ? gzipSync(zeros, { level: 9 })
      : brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  );

  test("waits for its reader", async () => {
    const guest = await createGuest({ memoryMb: 64 });
    guest.onRequest("bomb", () => bomb);
    expect(
      await run(
        `const stream = new DecompressionStream("${format}");
        const writer = stream.writable.getWriter();
        writer.write(await NETWORK.request("bomb")).catch(() => {});
        const reader = stream.readable.getReader();
        let bytes = 0;
        for (let index = 0; index < 20; index++) bytes += (await reader.read()).value.length;
        await reader.cancel();
        return bytes`,
        guest,
      ),
    ).toBe(20 * 65536);
  });

  test("ends the isolate that keeps it, and no other", async () => {
    const guest = await createGuest({ memoryMb: 64 });
    const other = await createGuest();
    guest.onRequest("bomb", () => bomb);
    const terminated = new Promise<string>((resolve) => guest.onSystem("terminated", ({ reason }) => resolve(reason)));
    const failed = run(
      `const stream = new DecompressionStream("${format}");
      const writer = stream.writable.getWriter();
      writer.write(await NETWORK.request("bomb")).catch(() => {});
      globalThis.kept = [];
      for await (const chunk of stream.readable) kept.push(chunk);`,
      guest,
    ).catch(() => "failed");
    expect(await terminated).toBe("memory_limit_exceeded");
    expect(await failed).toBe("failed");
    expect(await other.evaluate("1 + 1")).toBe(2);
  });
});

describe("a brotli stream's own memory", () => {
  test("is the isolate's, which ends when there is too much of it", async () => {
    const guest = await createGuest({ memoryMb: 32 });
    const other = await createGuest();
    const terminated = new Promise<string>((resolve) => guest.onSystem("terminated", ({ reason }) => resolve(reason)));
    // An encoder holds 4 MB once it has had this much. The library would end the process if it got none.
    const failed = run(
      `globalThis.kept = [];
      for (;;) {
        const stream = new CompressionStream("brotli");
        kept.push(stream);
        stream.readable.getReader().read().catch(() => {});
        await stream.writable.getWriter().write(new Uint8Array(300_000));
      }`,
      guest,
    ).catch(() => "failed");
    expect(await terminated).toBe("memory_limit_exceeded");
    expect(await failed).toBe("failed");
    expect(await other.evaluate("1 + 1")).toBe(2);
  });

  test("is given back with the stream", async () => {
    const guest = await createGuest({ memoryMb: 32 });
    expect(
      await run(
        `let bytes = 0;
        for (let round = 0; round < 100; round++) {
          const stream = new CompressionStream("brotli");
          const writer = stream.writable.getWriter();
          writer.write(new Uint8Array(1000));
          writer.close();
          bytes += (await stream.readable.getReader().read()).value.length;
        }
        return bytes > 0`,
        guest,
      ),
    ).toBe(true);
  });
});
