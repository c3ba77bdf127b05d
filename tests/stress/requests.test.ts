/** Requests in numbers: none is lost, none is answered twice, and order is kept. */
import { afterAll, expect, test } from "bun:test";
import { V8Sandbox } from "network-runtime";

const sandbox = new V8Sandbox({ threads: 2 });
afterAll(() => sandbox.shutdown());

test("10,000 guest requests one after another", async () => {
  const isolate = await sandbox.createIsolate();
  let answered = 0;
  isolate.onRequest("next", async (value: number) => {
    answered++;
    if (value % 100 === 0) await Bun.sleep(0);
    return value + 1;
  });
  const last = await isolate.evaluate<number>(`
    let value = 0;
    while (value < 10_000) value = await NETWORK.request("next", value);
    value;
  `);
  expect([last, answered]).toEqual([10_000, 10_000]);
  isolate.destroy();
}, 60_000);

test("1,000 guest requests at once, answered in any order", async () => {
  const isolate = await sandbox.createIsolate();
  const waiting: (() => void)[] = [];
  isolate.onRequest("square", async (value: number) => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1000) for (const answer of waiting.reverse()) answer();
    });
    return value * value;
  });
  const sum = await isolate.evaluate<number>(`
    const values = await Promise.all(Array.from({ length: 1000 }, (_, i) => NETWORK.request("square", i)));
    values.every((value, i) => value === i * i) ? values.length : -1;
  `);
  expect(sum).toBe(1000);
  isolate.destroy();
}, 60_000);

test("100,000 messages each way arrive whole and in order", async () => {
  const isolate = await sandbox.createIsolate();
  const count = 100_000;
  isolate.execute(`
    let next = 0;
    let wrong = 0;
    NETWORK.on("in", ({ i }) => { if (i !== next++) wrong++; });
    NETWORK.onRequest("seen", () => [next, wrong]);
    NETWORK.on("flood", (count) => { for (let i = 0; i < count; i++) NETWORK.send("out", { i }); });
  `);
  for (let i = 0; i < count; i++) isolate.send("in", { i });
  expect(await isolate.request<number[]>("seen", null)).toEqual([count, 0]);

  let next = 0;
  let wrong = 0;
  const done = new Promise<void>((resolve) => {
    isolate.on("out", ({ i }: { i: number }) => {
      if (i !== next++) wrong++;
      if (next === count) resolve();
    });
  });
  isolate.send("flood", count);
  await done;
  expect(wrong).toBe(0);
  isolate.destroy();
}, 60_000);

test("500 idle isolates all answer", async () => {
  const isolates = await Promise.all(Array.from({ length: 500 }, () => sandbox.createIsolate()));
  const values = await Promise.all(isolates.map((isolate, index) => isolate.evaluate<number>(`${index} * 2`)));
  expect(values).toEqual(values.map((_, index) => index * 2));
  await Promise.all(isolates.map((isolate) => isolate[Symbol.asyncDispose]()));
  expect(sandbox.isolateCount()).toBe(0);
}, 120_000);
