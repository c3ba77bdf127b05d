import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import { next, nextSystem, rejection, thrown } from "./harness.ts";

const sandbox = new V8Sandbox({ threads: 2 });
afterAll(() => sandbox.shutdown());

describe("limits", () => {
  test("cpuMs: an endless loop, also in timers, handlers and microtasks", async () => {
    for (const script of [
      "while (true);",
      "setTimeout(() => { for (;;); }, 1)",
      "NETWORK.on('x', () => { for (;;); })",
      "(function again() { Promise.resolve().then(again) })()",
      "try { while (true); } finally { while (true); }",
    ]) {
      const worker = await sandbox.createIsolate({ cpuMs: 20 });
      const terminated = nextSystem(worker, "terminated");
      worker.execute(script);
      worker.send("x");
      expect(await terminated).toMatchObject({ reason: "cpu_limit_exceeded", scope: "turn", limitMs: 20 });
    }
  });

  test("cpuMs counts turns one by one", async () => {
    const worker = await sandbox.createIsolate({ cpuMs: 100 });
    for (let i = 0; i < 5; i++) await worker.evaluate("{ const end = Date.now() + 40; while (Date.now() < end); }");
    expect(worker.destroyed).toBe(false);
  });

  test("cpuTotalMs counts them together", async () => {
    const worker = await sandbox.createIsolate({ cpuTotalMs: 60 });
    const terminated = nextSystem(worker, "terminated");
    worker.execute("setInterval(() => { const end = Date.now() + 10; while (Date.now() < end); }, 1)");
    expect(await terminated).toMatchObject({ reason: "cpu_limit_exceeded", scope: "total", limitMs: 60 });
  });

  test("wallMs: waiting counts too, while it is an evaluate that waits", async () => {
    const worker = await sandbox.createIsolate({ wallMs: 50 });
    const error = await rejection(worker.evaluate("new Promise(() => {})"));
    expect(error).toMatchObject({ code: "ERR_TERMINATED", reason: "wall_limit_exceeded", limit: 50 });
    expect(worker.destroyed).toBe(true);
  });

  test("memoryMb: a heap that grows, and buffers that do", async () => {
    for (const script of [
      "const arrays = []; while (true) arrays.push(new Array(1024).fill(1.5));",
      "const buffers = []; while (true) buffers.push(new Uint8Array(1024 * 64).fill(1));",
    ]) {
      const worker = await sandbox.createIsolate({ memoryMb: 32 });
      const terminated = nextSystem(worker, "terminated");
      worker.execute(script);
      const result = await Promise.race([terminated, nextSystem(worker, "error")]);
      expect(result).toMatchObject({ reason: "memory_limit_exceeded", limitMb: 32 });
    }
  });

  test("a neighbour goes on while others run into their limits", async () => {
    const neighbour = await sandbox.createIsolate();
    const hogs = await Promise.all(Array.from({ length: 4 }, () => sandbox.createIsolate({ cpuMs: 50 })));
    const ends = hogs.map((hog) => nextSystem(hog, "destroyed"));
    for (const hog of hogs) hog.execute("while (true);");
    for (let i = 0; i < 20; i++) expect(await neighbour.evaluate<number>(`${i}`)).toBe(i);
    expect((await Promise.all(ends)).map(({ reason }) => reason)).toEqual(hogs.map(() => "cpu_limit_exceeded"));
  });

  test("messageBytesMax: each way", async () => {
    const worker = await sandbox.createIsolate({ messageBytesMax: 2048 });
    expect(thrown(() => worker.send("x", "y".repeat(5000)))).toMatchObject({ code: "ERR_MESSAGE_TOO_LARGE" });
    expect(thrown(() => worker.execute(`"${"y".repeat(5000)}"`))).toMatchObject({ code: "ERR_MESSAGE_TOO_LARGE" });
    const names = await worker.evaluate(`
      const large = 'y'.repeat(5000);
      const names = [];
      try { NETWORK.send('x', large); } catch (error) { names.push(error instanceof Error); }
      names.push(await NETWORK.request('x', large).catch((error) => error instanceof Error));
      names`);
    expect(names).toEqual([true, true]);
    worker.onRequest("large", () => "y".repeat(5000));
    expect(await worker.evaluate("NETWORK.request('large').catch((error) => error.code)")).toBe(
      "ERR_MESSAGE_TOO_LARGE",
    );
    expect(await rejection(worker.evaluate("'y'.repeat(5000)"))).toMatchObject({ code: "ERR_EVALUATION" });
  });

  test("mailboxBytesMax: a host that floods gets BackpressureError, and drain when it may go on", async () => {
    const worker = await sandbox.createIsolate({ mailboxBytesMax: 100_000, cpuMs: 0 });
    worker.execute("let n = 0; NETWORK.on('x', () => n++); const end = Date.now() + 50; while (Date.now() < end);");
    const drained = nextSystem(worker, "drain");
    let sent = 0;
    const error = thrown(() => {
      for (; sent < 100_000; sent++) worker.send("x", "y".repeat(100));
    });
    expect(error).toMatchObject({ code: "ERR_BACKPRESSURE" });
    expect(error.message).toContain("Isolate #");
    await drained;
    expect(await worker.evaluate("n")).toBe(sent);
  });

  test("answers are not lost in a full mailbox", async () => {
    const worker = await sandbox.createIsolate({ mailboxBytesMax: 20_000 });
    worker.onRequest("large", (n) => ({ n, text: "y".repeat(5000) }));
    expect(
      await worker.evaluate(`
        const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => NETWORK.request('large', n)));
        answers.every(({ n }, index) => n === index)`),
    ).toBe(true);
  });

  test("outboundBytesMax: a guest that floods is paused, nothing is lost, and the host's timers run", async () => {
    const worker = await sandbox.createIsolate({ outboundBytesMax: 50_000, cpuMs: 0 });
    let count = 0;
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    worker.on("x", (n) => {
      if (n === count) count++;
    });
    const done = next(worker, "done");
    worker.execute("for (let n = 0; n < 50_000; n++) NETWORK.send('x', n); NETWORK.send('done')");
    await done;
    clearInterval(timer);
    expect(count).toBe(50_000);
    expect(ticks).toBeGreaterThan(0);
    expect(worker.stats().pauses).toBeGreaterThan(0);
  });

  test("timersMax and stackKb", async () => {
    const worker = await sandbox.createIsolate({ timersMax: 5, stackKb: 64 });
    expect(
      await worker.evaluate(`
        let armed = 0;
        try { for (; armed < 10; armed++) setTimeout(() => {}, 1e6); } catch {}
        armed`),
    ).toBe(5);
    const depth = "let depth = 0; (function f() { depth++; f() })";
    const shallow = await worker.evaluate<number>(`${depth}; try { (function f() { depth++; f() })() } catch {} depth`);
    const deepWorker = await sandbox.createIsolate();
    const deep = await deepWorker.evaluate<number>(
      `${depth}; try { (function f() { depth++; f() })() } catch {} depth`,
    );
    expect(deep).toBeGreaterThan(shallow * 4);
  });

  test("the ends of every range are as good to the engine as to the library", async () => {
    const huge = 1e12;
    const isolates = [
      { cpuMs: 1, cpuTotalMs: huge, cpuShare: 0.001, wallMs: huge, memoryMb: 8, mailboxBytesMax: 1024, stackKb: 64 },
      { cpuMs: huge, cpuTotalMs: 0, cpuShare: 1, wallMs: 0, memoryMb: 2 ** 20, mailboxBytesMax: 2 ** 40, stackKb: 984 },
      { outboundBytesMax: 1024, messageBytesMax: 1024, requestsMax: 1, timersMax: 1 },
      { outboundBytesMax: 2 ** 40, messageBytesMax: 2 ** 31 - 1, requestsMax: 2 ** 31 - 1, timersMax: 2 ** 31 - 1 },
      {
        cpuMs: 0,
        memoryMb: 0,
        mailboxBytesMax: 0,
        outboundBytesMax: 0,
        messageBytesMax: 0,
        requestsMax: 0,
        timersMax: 0,
      },
    ];
    for (const limits of isolates) (await sandbox.createIsolate(limits)).destroy();
    for (const limits of [
      { threads: 1, isolatesMax: 1, outboundBytesTotalMax: 65_536, spinUs: 0 },
      { threads: 256, isolatesMax: 100_000, outboundBytesTotalMax: 2 ** 40, spinUs: 1000 },
    ]) {
      await new V8Sandbox(limits).shutdown();
    }
  });
});
