import { fetchProxy } from "network-runtime/net";
import { streamThrough } from "./host.ts";

// Nothing is read ahead of a guest that takes its time.
await streamThrough(
  (origin) => fetchProxy({ allow: [origin] }),
  `async (origin, mib) => {
    const response = await fetch(origin + "/download?mib=" + mib);
    let bytes = 0, pieces = 0;
    for await (const chunk of response.body) {
      bytes += chunk.length;
      if (++pieces % 32 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return bytes;
  }`,
);
