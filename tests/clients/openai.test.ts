// An LLM's SDK in a guest: streamed completions with tools, against a server that speaks the protocol.
import { expect, test } from "bun:test";
import { HOST, useClient } from "./client.ts";
import * as openai from "./guests/openai.ts";
import { KEY, startCompletions } from "./servers/completions.ts";
import type { Completions } from "./servers/completions.ts";

const start = useClient("openai");

function accessTo({ port }: Completions): openai.Access {
  return { baseURL: `http://${HOST}:${port}/v1`, apiKey: KEY };
}

test("a conversation calls tools that the host answers, and is streamed in order", async () => {
  await using server = startCompletions();
  const { call, isolate, requests } = await start(server.port);
  const asked: unknown[] = [];
  isolate.onRequest("weather", async ({ city }: { city: string }) => {
    asked.push(city);
    return city === "Zürich" ? { sky: "rain" } : "sun";
  });
  const question = "Is it raining in Paris or in Zürich?";
  const { said, pieces, calls, roles } = (await call(openai.talk, { access: accessTo(server), question })) as any;
  expect(said).toBe('So it is: sun; {"sky":"rain"}. 🌦️');
  expect(pieces.join("")).toBe(said);
  expect(pieces.length).toBeGreaterThan(4);
  expect(calls).toEqual(['weather({"city":"Paris"})', 'weather({"city":"Zürich"})']);
  expect(asked).toEqual(["Paris", "Zürich"]);
  expect(roles).toEqual(["system", "user", "assistant", "tool", "tool", "assistant"]);
  expect(server.conversations.map((messages) => messages.map(({ role }) => role))).toEqual([
    ["system", "user"],
    ["system", "user", "assistant", "tool", "tool"],
  ]);
  expect(requests.map(({ status, error }) => [status, error])).toEqual([
    [200, undefined],
    [200, undefined],
  ]);
});

test.each(["break", "controller", "signal"] as const)("a stream left by %s is left by the server too", async (by) => {
  await using server = startCompletions();
  const { call, idle, requests } = await start(server.port);
  const { read, aborted } = (await call(openai.leave, { access: accessTo(server), by })) as any;
  expect(read.slice(0, 5)).toEqual(["0 ", "1 ", "2 ", "3 ", "4 "]);
  expect(aborted).toBe(true);
  expect(await server.abandoned).toBeGreaterThanOrEqual(5);
  await idle();
  expect(requests.map(({ status, error }) => [status, error?.code])).toEqual([[200, "ERR_NET_ABORTED"]]);
});

test("the isolate's end is the end of its stream", async () => {
  await using server = startCompletions();
  const { call, isolate, proxy } = await start(server.port);
  const never = call(openai.leave, { access: accessTo(server), by: "nothing at all" });
  while (proxy.stats().bytesReceived < 1000) await Bun.sleep(1);
  isolate.destroy();
  expect(await never.catch((error: { code: string }) => error.code)).toBe("ERR_ISOLATE_DESTROYED");
  expect(await server.abandoned).toBeGreaterThan(1);
});

test("failures are typed errors, and are retried where that helps", async () => {
  await using server = startCompletions();
  const { call, requests } = await start(server.port);
  expect(await call(openai.failures, accessTo(server))).toEqual([
    "AuthenticationError 401 code_401 req-401: 401 Incorrect API key provided.",
    "NotFoundError 404 code_404 req-404: 404 The model unknown does not exist.",
    "So it is: . 🌦️",
    "so farAPIError undefined fell null: The model fell over.",
    "APIConnectionTimeoutError undefined undefined undefined: Request timed out.",
  ]);
  await server.unanswered;
  expect(requests.map(({ status }) => status)).toEqual([401, 404, 429, 503, 200, 200, undefined]);
});

test("lists, vectors and files come and go whole", async () => {
  await using server = startCompletions();
  const { call } = await start(server.port);
  const file = new Uint8Array(200_000).map((_, index) => index * 31);
  expect(await call(openai.plain, { access: accessTo(server), file })).toEqual({
    files: Array.from({ length: 9 }, (_, index) => `file-${index}`),
    vectors: [
      [1, 0.5, Math.fround(-1e-7)],
      [4, 0.5, Math.fround(-1e-7)],
    ],
    made: { object: "file", id: "file-0", filename: "ünique.jsonl", bytes: 200_000 },
  });
  expect(server.uploaded()).toEqual({ name: "ünique.jsonl", purpose: "batch", bytes: file });
});
