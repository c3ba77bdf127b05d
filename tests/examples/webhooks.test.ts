import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { signature, Webhooks } from "../../examples/webhooks/hooks.ts";
import payload from "../../examples/webhooks/payloads/push.json";
import { runFile } from "../api/harness.ts";

test("each tenant's handler does what it may, and no more", async () => {
  const { stdout, stderr, exitCode } = await runFile(resolve(import.meta.dir, "../../examples/webhooks/main.ts"));
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  const refused = ["http://169.254.169.254", "http://127.0.0.1:22", "https://elsewhere.example"];
  expect(stdout.split("\n")).toEqual([
    'announce 200 {"result":"announced 2 commits"}',
    "Codertocat pushed to Codertocat/Hello-World@main",
    "- Serve the menu (rachmari)",
    "- Tea costs three (Codertocat)",
    'announce 401 {"error":"wrong signature"}',
    'count 200 {"result":[["rachmari",1],["Codertocat",1]]}',
    'count 200 {"result":[["rachmari",2],["Codertocat",2]]}',
    'greedy 508 {"error":"cpu_limit_exceeded"}',
    'greedy 508 {"error":"cpu_limit_exceeded"}',
    `nosy 200 ${JSON.stringify({ result: refused.map((origin) => `${origin} is not allowed.`) })}`,
    'nobody 404 {"error":"no such webhook"}',
    'greedy 422 {"error":"Error: mended?","line":1}',
    "",
  ]);
});

test("many tenants at once: who takes too much memory is ended, and nobody else notices", async () => {
  using webhooks = new Webhooks();
  const secret = "s";
  const bomb = "export default () => { const all: number[][] = []; for (;;) all.push(new Array(10_000).fill(1.5)); }";
  const fine =
    "let seen = 0; export default (event: string, { commits }: any) => `${event} ${commits.length} ${++seen}`;";
  for (let id = 0; id < 12; id++) {
    webhooks.deploy(`t${id}`, { plan: "free", secret, allow: [], handler: id % 4 === 0 ? bomb : fine });
  }
  const body = JSON.stringify(payload);
  const headers = { "x-github-event": "push", "x-hub-signature-256": signature(body, secret) };
  const send = async (id: number): Promise<string> => {
    const answer = await webhooks.fetch(new Request(`http://host/hooks/t${id}`, { method: "POST", headers, body }));
    return `${answer.status} ${JSON.stringify(await answer.json())}`;
  };
  for (const round of [1, 2]) {
    const answers = await Promise.all(Array.from({ length: 12 }, (_, id) => send(id)));
    answers.forEach((answer, id) => {
      if (id % 4 === 0) expect(answer).toMatch(/^508 \{"error":"(?:memory|cpu)_limit_exceeded"\}$/);
      else expect(answer).toBe(`200 {"result":"push 2 ${round}"}`);
    });
  }
  const wrong = await webhooks.fetch(
    new Request("http://host/hooks/t1", { method: "POST", headers: { ...headers }, body: "{" }),
  );
  expect(wrong.status).toBe(401);
});
