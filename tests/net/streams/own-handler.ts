import { streamThrough } from "./host.ts";

// The guest answers with what it downloads: both ways at once, by a handler that knows nothing of streams.
await streamThrough(
  () =>
    (data, { signal }) =>
      fetch(data.url, { method: data.method, body: data.body, signal }),
  `async (origin, mib) => {
    const { body } = await fetch(origin + "/download?mib=" + mib);
    const response = await fetch(origin + "/upload", { method: "POST", body, duplex: "half" });
    return (await response.json()).bytes;
  }`,
);
