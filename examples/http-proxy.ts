/** The worker has no network: the host fetches for it, from where it may. */
import { V8Sandbox } from "network-runtime";

// Stands in for api.example.com.
const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json([{ name: "Alice" }]) });

using sandbox = new V8Sandbox();
const worker = await sandbox.createIsolate();

worker.onRequest("fetch", async (data, { signal }) => {
  // Validate URL
  const allowedHosts = [server.url.host];
  const url = new URL(data.url);
  if (!allowedHosts.includes(url.host)) {
    throw new Error(`Domain not allowed: ${url.hostname}`);
  }

  // Forward request; it is given up when the worker no longer waits for it
  const response = await fetch(data.url, { method: data.method, headers: data.headers, body: data.body, signal });
  return {
    ok: response.ok,
    status: response.status,
    statusText: response.statusText,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
});

worker.on("print", (line) => console.log(line));
worker.onRequest("api", () => server.url.href);

await worker.evaluate(`
  const api = await NETWORK.request('api');
  const response = await fetch(api + "users");
  const users = await response.json();
  NETWORK.send('print', response.status + ' ' + users[0].name);

  const refused = await fetch("https://evil.example/").catch((error) => error);
  NETWORK.send('print', refused.message);
`);

await server.stop(true);
