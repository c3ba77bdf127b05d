// Four tenants, one event: what each handler makes of it, and what becomes of those that take too much or ask for too much.
//   bun examples/webhooks/main.ts
import { BODY_MAX, signature, Webhooks, type Tenant } from "./hooks.ts";

const here = (path: string): Bun.BunFile => Bun.file(new URL(path, import.meta.url));

// Stands in for the chat that one tenant posts to.
const said: string[] = [];
await using chat = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: async (request) => {
    said.push(((await request.json()) as { text: string }).text);
    return new Response();
  },
});

using webhooks = new Webhooks();
await using server = Bun.serve({
  ...{ port: 0, hostname: "127.0.0.1", maxRequestBodySize: BODY_MAX },
  fetch: (request) => webhooks.fetch(request),
});

const secret = "of each tenant's own";
const handlers: Record<string, Partial<Tenant>> = {
  announce: { plan: "pro", allow: [chat.url.origin], settings: `${chat.url.origin}/post` },
  count: {},
  greedy: {},
  nosy: { allow: ["api.example.com"] },
};
for (const [id, options] of Object.entries(handlers)) {
  const handler = await here(`guest/${id}.ts`).text();
  webhooks.deploy(id, { plan: "free", allow: [], secret, handler, ...options });
}

const body = await here("payloads/push.json").text();
async function send(id: string, key = secret): Promise<void> {
  const headers = { "x-github-event": "push", "x-hub-signature-256": signature(body, key) };
  const response = await fetch(new URL(`/hooks/${id}`, server.url), { method: "POST", headers, body });
  console.log(id, response.status, JSON.stringify(await response.json()));
}

await send("announce");
console.log(said.join("\n"));
await send("announce", "guessed");
await send("count");
await send("count");
await send("greedy");
await send("greedy"); // in an isolate of its own again
await send("nosy");
await send("nobody");
webhooks.deploy("greedy", {
  plan: "free",
  allow: [],
  secret,
  handler: "export default () => { throw new Error('mended?') }",
});
await send("greedy");
