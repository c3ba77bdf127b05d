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

/** (func (export "f") (result i32) i32.const 1) */
const module = `new WebAssembly.Module(new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 1, 11]))`;

// Each takes 64 KiB and more outside of V8's heap, which does not notice how many there are.
test("WebAssembly modules of one turn", async () => {
  await using isolate = await sandbox.createIsolate({ memoryMb: 24, cpuMs: 0 });
  expect(await isolate.evaluate(`for (let i = 0; i < 3000; i++) new WebAssembly.Instance(${module}); "fine"`)).toBe(
    "fine",
  );
});

test("WebAssembly modules of many turns", async () => {
  await using isolate = await sandbox.createIsolate({ memoryMb: 24, cpuMs: 0 });
  for (let i = 0; i < 1500; i++)
    expect(await isolate.evaluate(`new WebAssembly.Instance(${module}).exports.f()`)).toBe(1);
});

test("WebAssembly modules that are held are the end", async () => {
  await using isolate = await sandbox.createIsolate({ memoryMb: 24, cpuMs: 0 });
  await expect(isolate.evaluate(`const all = []; for (;;) all.push(${module})`)).rejects.toMatchObject({
    code: "ERR_TERMINATED",
    reason: "memory_limit_exceeded",
  });
});

test("what is held is the end, also of one that was near it before", async () => {
  await using isolate = await sandbox.createIsolate({ memoryMb: 24, cpuMs: 0 });
  await isolate.evaluate(`for (let i = 0; i < 40; i++) new Function(${program} + i); 0`);
  await expect(isolate.evaluate("const all = []; for (;;) all.push({ a: [1, 2, 3] })")).rejects.toMatchObject({
    code: "ERR_TERMINATED",
    reason: "memory_limit_exceeded",
  });
});
