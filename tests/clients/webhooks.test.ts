// A client that never reads its responses' bodies must not run out of turns at the network.
import { expect, test } from "bun:test";
import { HOST, useClient } from "./client.ts";
import * as webhooks from "./guests/webhooks.ts";

const start = useClient("webhooks");
const text = JSON.stringify({ accepted: true });
const answers: Record<string, () => Response> = {
  "of known length": () => new Response(text),
  compressed: () => new Response(Bun.gzipSync(text), { headers: { "content-encoding": "gzip" } }),
  "in chunks": () =>
    new Response(
      new ReadableStream({
        async start(controller) {
          for (const character of text) {
            controller.enqueue(character);
            await null;
          }
          controller.close();
        },
      }),
    ),
};

test.each(Object.entries(answers))("bodies %s may stay unread", async (_name, answer) => {
  const seen: number[] = [];
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      seen.push(((await request.json()) as { index: number }).index);
      return answer();
    },
  });
  const { call, idle, requests } = await start(server.port!);
  // Three times as many as may be under way.
  expect(await call(webhooks.post, { url: `http://${HOST}:${server.port}/`, count: 100 })).toBe(100);
  expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index));
  await idle();
  expect(requests.length).toBe(100);
  // A body that no guest can reach any more may be given up before the rest of it has come.
  for (const { error } of requests) expect(String(error)).toMatch(/^undefined$|body was given up/);
});
