import { brotliCompressSync, constants } from "node:zlib";
import { attack } from "../harness.ts";

// 128 MiB of zeros, with the largest window there is: a decoder holds 16 MB, and what comes out is kept.
const bomb = brotliCompressSync(new Uint8Array(1 << 27), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 24 },
});

await attack({
  guest: `const bomb = Uint8Array.from(atob("${bomb.toString("base64")}"), (unit) => unit.charCodeAt(0));
    globalThis.kept = [];
    (async () => {
      const stream = new DecompressionStream("brotli");
      stream.writable.getWriter().write(bomb).catch(() => {});
      for await (const chunk of stream.readable) kept.push(chunk);
    })()`,
  reason: "memory_limit_exceeded",
});
