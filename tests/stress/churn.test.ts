/** Isolates that come and go at once on few threads: whoever is made runs, and whoever is destroyed goes. */
import { expect, test } from "bun:test";
import { V8Sandbox } from "network-runtime";

test("isolates made, run and destroyed together on two threads never wait for each other", async () => {
  // Without spinning threads change isolates as often as they can: two once met in one that the first had not left.
  const sandbox = new V8Sandbox({ threads: 2, spinUs: 0 });
  for (let round = 0; round < 100; round++) {
    const isolates = await Promise.all([1, 2, 3].map(() => sandbox.createIsolate()));
    expect(await Promise.all(isolates.map((isolate, index) => isolate.evaluate<number>(`${index}`)))).toEqual([
      0, 1, 2,
    ]);
    for (const isolate of isolates) isolate.destroy();
  }
  sandbox.shutdown();
}, 60_000);

test("many isolates exchange messages with the host at once", async () => {
  const sandbox = new V8Sandbox({ threads: 2 });
  const rounds = 50;
  const sums = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const isolate = await sandbox.createIsolate();
      isolate.execute(`NETWORK.onRequest("add", async ([a, b]) => {
        await new Promise((resolve) => setTimeout(resolve, 0));
        return a + (await NETWORK.request("echo", b));
      })`);
      isolate.onRequest("echo", (value) => value);
      let sum = 0;
      for (let round = 0; round < rounds; round++) sum = await isolate.request<number>("add", [sum, index]);
      isolate.destroy();
      return sum;
    }),
  );
  expect(sums).toEqual(sums.map((_, index) => index * rounds));
  sandbox.shutdown();
}, 60_000);
