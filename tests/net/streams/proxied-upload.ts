import { fetchProxy } from "network-runtime/net";
import { streamThrough } from "./host.ts";

await streamThrough(
  (origin) => fetchProxy({ allow: [origin], maxRequestBytes: 0 }),
  `async (origin, mib) => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent++ < mib * 4) controller.enqueue(new Uint8Array(262_144).fill(sent));
        else controller.close();
      },
    });
    const response = await fetch(origin + "/upload", { method: "POST", body, duplex: "half" });
    return (await response.json()).bytes;
  }`,
);
