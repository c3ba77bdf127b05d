import { attack } from "../harness.ts";

// 128 MiB of zeros, with the largest window there is: a decoder holds 16 MB, and what comes out is kept.
const bomb =
  "z///fwAkAOKxQHLv//n//w+ABEAcFoDu/T////8BkACIwwLQvf/n//8/ABIAcVgAuvf//P//" +
  "B0ACIA4LQPf+n////wBIAMRhAeje//P//x8ACYA4LADd+//8//8HIAEQhwWge/8P";

await attack({
  guest: `const bomb = Uint8Array.from(atob("${bomb}"), (unit) => unit.charCodeAt(0));
    globalThis.kept = [];
    (async () => {
      const stream = new DecompressionStream("brotli");
      stream.writable.getWriter().write(bomb).catch(() => {});
      for await (const chunk of stream.readable) kept.push(chunk);
    })()`,
  reason: "memory_limit_exceeded",
});
