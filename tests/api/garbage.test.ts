// What a guest no longer holds is no reason to end it, whatever V8 does next: only a full collection tells what is held.
import { afterAll, expect, test } from "bun:test";
import { V8Sandbox } from "network-runtime";

const sandbox = new V8Sandbox({ threads: 1 });
afterAll(() => sandbox.shutdown());

const program = `'x = 1; y = [1, 2, 3]; '.repeat(5000)`;

test.each([
  [
    "buffers, and a program whose compiler needs memory",
    `for (let i = 0; i < 21; i++) new Uint8Array(1 << 20);
     new Function(${program});`,
  ],
  ["programs, which V8's caches keep for a while", `for (let i = 0; i < 40; i++) new Function(${program} + i);`],
  [
    "objects up to the limit, and tiny buffers, which V8 must have",
    `const kept = new Uint8Array(8 << 20).fill(1);
     for (let i = 0, list = []; i < 400000; i++) {
       list.push([i, i, i, i, i, i, i, i]);
       if (list.length > 50000) list = [];
       if (i % 10 === 0) new Uint8Array(1);
     }`,
  ],
])("%s", async (_what, code) => {
  await using isolate = await sandbox.createIsolate({ memoryMb: 24, cpuMs: 0 });
  for (let round = 0; round < 3; round++) expect(await isolate.evaluate(`{ ${code} } "fine"`)).toBe("fine");
});

test("what is held is the end, also of one that was near it before", async () => {
  await using isolate = await sandbox.createIsolate({ memoryMb: 24, cpuMs: 0 });
  await isolate.evaluate(`for (let i = 0; i < 40; i++) new Function(${program} + i); 0`);
  await expect(isolate.evaluate("const all = []; for (;;) all.push({ a: [1, 2, 3] })")).rejects.toMatchObject({
    code: "ERR_TERMINATED",
    reason: "memory_limit_exceeded",
  });
});
