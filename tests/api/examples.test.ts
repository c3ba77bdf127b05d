/** Every example runs, prints this, and exits by itself. */
import { Glob } from "bun";
import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { runFile } from "./harness.ts";

const folder = resolve(import.meta.dir, "../../examples");

const expected: Record<string, string> = {
  "sandbox.ts": "Created Isolate #0\n0 false Isolate #0\n4\n5\ntrue 4\n",
  "execute.ts": "[Isolate #0] Result: 2\nevaluate: 42\n",
  "events.ts":
    "Received from worker: Hello from worker!\nReceived from worker: got Hello worker!\n" +
    "dropped: 1 by the worker, 1 by the host\n",
  "basic-communication.ts": "Worker result: {\n  answer: 8,\n}\n",
  "request-response.ts": "Alice, Bob\nError: read only (ERR_READ_ONLY)\nERR_NO_HANDLER\n",
  "http-proxy.ts": "200 Alice\nDomain not allowed: evil.example\n",
  "websocket-gateway.ts":
    "Error: Invalid gateway URL\nConnected!\n" +
    'Received: {"got":{"op":2,"d":{"token":"xxx"}}}\nClosed: 1000 Connection closed\n',
  "console.ts": "[Worker]: Hello from worker!\n[Worker]: {\n  structured: [ 1, 2, 3 ],\n}\n",
  "cpu-limit.ts": "Worker was terminated: cpu_limit_exceeded after 50 ms\nWorker was destroyed: cpu_limit_exceeded\n",
  "memory-limit.ts": "Worker was terminated: memory_limit_exceeded at 64 MiB\nNeighbour: fine\n",
  "modules.ts": "11\nno coffee today (file:///main.ts:14)\n",
  "pool.ts": "totals: 21 0.3\nhog: ERR_TERMINATED cpu_limit_exceeded\ntenant 7: push\ntenant 7: push,release\n",
  "run.ts": `declare const tools: {
  /** Finds products whose name contains the query. */
  search(input: {
    /** part of a name */
    query: string;
    /**
     * @minimum 1
     * @maximum 10
     * @default 5
     * @integer
     */
    limit?: number;
  }): Promise<{
    name: string;
    price: number;
  }[]>;
};

completed 7
  printed: found 2
  called: search({ query: 'tea' }) well
threw tools.search(): input.query: Invalid input: expected string, received number
  called: search({ query: 5 }) in vain
cpu_limit_exceeded ERR_TERMINATED
`,
  "streams.ts": 'the countdown is over\n[\n  [ 3, 2, 1 ], "piece by piece", [ "step 1", "step 2" ]\n]\n',
  "tools.ts": "11 3 ordered by shop 7\nshop.cart.order(): input: expected a whole number\n",
  "untrusted-function.ts": "42\nTypeError in untrusted.js\nERR_TIMEOUT\n",
  "ai.ts": '{"ok":true,"value":8}\nAlice has ordered for 8.\n',
  "codemode.ts": '{"result":["GREEN TEA","BLACK TEA"]}\n',
  // A server for the standard streams, which end at once.
  "mcp.ts": "",
  "tanstack.ts": '{"success":true,"result":{"Tokyo":50,"Paris":50,"Rome":40},"logs":["asked for 3"]}\n',
};

test("each has its output here", () => {
  expect([...new Glob("*.ts").scanSync(folder)].toSorted()).toEqual(Object.keys(expected).toSorted());
});

for (const [file, stdout] of Object.entries(expected)) {
  test(file, async () => {
    expect(await runFile(resolve(folder, file))).toEqual({ stdout, stderr: "", exitCode: 0 });
  });
}
