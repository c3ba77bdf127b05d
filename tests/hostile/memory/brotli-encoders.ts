import { attack } from "../harness.ts";

// The library ends the process when an encoder gets no memory: it must never come to that.
await attack({
  guest: `globalThis.kept = [];
    (async () => {
      for (;;) {
        const stream = new CompressionStream("brotli");
        kept.push(stream);
        stream.readable.getReader().read().catch(() => {});
        await stream.writable.getWriter().write(new Uint8Array(300_000)).catch(() => {});
      }
    })()`,
  reason: "memory_limit_exceeded",
});
