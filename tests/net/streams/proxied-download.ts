import { fetchProxy } from "network-runtime/net";
import { streamThrough } from "./host.ts";

await streamThrough(
  (origin) => fetchProxy({ allow: [origin] }),
  `async (origin, mib) => {
    const response = await fetch(origin + "/download?mib=" + mib);
    let bytes = 0;
    for await (const chunk of response.body) {
      // Every byte of a mebibyte is its number.
      const at = bytes >> 20, end = (bytes + chunk.length - 1) >> 20;
      if (chunk[0] !== (at + 1) % 256 || chunk.at(-1) !== (end + 1) % 256) throw new Error("wrong byte at " + bytes);
      bytes += chunk.length;
    }
    return bytes;
  }`,
);
