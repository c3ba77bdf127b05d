import { describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import { next, nextSystem, rejection, runHost, thrown } from "./harness.ts";

describe("the end of an isolate", () => {
  test("destroy ends it whatever it does; twice is once", async () => {
    using sandbox = new V8Sandbox({ threads: 1 });
    for (const script of ["0", "while (true);", "await new Promise(() => {})", "setInterval(() => {}, 1)"]) {
      const worker = await sandbox.createIsolate();
      let count = 0;
      worker.onSystem("destroyed", () => count++);
      const begun = next(worker, "begun");
      worker.execute(`NETWORK.send("begun"); ${script}`);
      await begun;
      const destroyed = nextSystem(worker, "destroyed");
      worker.destroy();
      worker.destroy();
      expect(worker.destroyed).toBe(true);
      expect(await destroyed).toEqual({ reason: "destroyed" });
      worker.destroy();
      // What else it had to say would have come before this.
      await (await sandbox.createIsolate()).evaluate("0");
      expect(count).toBe(1);
    }
    expect(sandbox.isolateCount()).toBe(4);
  });

  test("using it afterwards is an error, never silence", async () => {
    using sandbox = new V8Sandbox();
    const worker = await sandbox.createIsolate();
    const pending = [worker.evaluate("new Promise(() => {})"), worker.request("m")].map(rejection);
    worker.destroy();
    const code = "ERR_ISOLATE_DESTROYED";
    expect(thrown(() => worker.execute("1"))).toMatchObject({ code, isolateId: 0, reason: "destroyed" });
    expect(thrown(() => worker.send("x", 1))).toMatchObject({ code });
    for (const error of await Promise.all([
      ...pending,
      rejection(worker.evaluate("1")),
      rejection(worker.request("m")),
    ])) {
      expect(error).toMatchObject({ code });
    }
    expect(String(worker)).toBe("Isolate #0");
    expect(worker.stats().turns).toBeGreaterThanOrEqual(0);
  });

  test("counters are complete when evaluate resolves, and when it is destroyed", async () => {
    using sandbox = new V8Sandbox({ threads: 1 });
    let resolved = 0;
    let later = 0;
    for (let round = 0; round < 10; round++) {
      const worker = await sandbox.createIsolate();
      const destroyed = nextSystem(worker, "destroyed");
      await worker.evaluate("{ const end = Date.now() + 20; let x = 0; while (Date.now() < end) x++; x }");
      const { cpuMs, turns } = worker.stats();
      expect([turns, worker.stats().callsPending]).toEqual([1, 0]);
      resolved += cpuMs;
      await worker.evaluate("0");
      later += worker.stats().cpuMs;
      worker.execute("for (;;);");
      while (worker.stats().cpuMs < cpuMs + 2) await Bun.sleep(1);
      worker.destroy();
      const last = worker.stats();
      expect(last.cpuMs).toBeGreaterThanOrEqual(cpuMs + 2);
      await destroyed;
      expect(worker.stats()).toEqual(last);
    }
    expect(resolved).toBeGreaterThan(later * 0.9);
  });

  test("sizes of the heap are those of the evaluation that has just resolved", async () => {
    using sandbox = new V8Sandbox({ threads: 1 });
    const worker = await sandbox.createIsolate();
    for (let round = 1; round <= 5; round++) {
      await worker.evaluate("(globalThis.held ??= []).push(new Uint8Array(4 * 2 ** 20).fill(1)), 0");
      expect(worker.stats().externalBytes).toBeGreaterThanOrEqual(round * 4 * 2 ** 20);
    }
  });

  test("counters are those it ended with, its last turn included", async () => {
    using sandbox = new V8Sandbox({ threads: 1 });
    const worker = await sandbox.createIsolate({ cpuMs: 50 });
    worker.on("m", () => {});
    await worker.evaluate(`for (let index = 0; index < 10; index++) NETWORK.send("m")`);
    const { turns } = worker.stats();
    const destroyed = nextSystem(worker, "destroyed");
    await rejection(worker.evaluate("for (;;) {}"));
    expect(await destroyed).toEqual({ reason: "cpu_limit_exceeded" });
    const stats = worker.stats();
    expect(stats.cpuMs).toBeGreaterThanOrEqual(50);
    expect([stats.turns, stats.messagesOut, stats.mailboxBytes]).toEqual([turns + 1, 10, 0]);
    expect(sandbox.stats().cpuMs).toBeGreaterThanOrEqual(stats.cpuMs);
  });

  test("using and await using", async () => {
    using sandbox = new V8Sandbox();
    const log: string[] = [];
    {
      await using worker = await sandbox.createIsolate();
      worker.onSystem("destroyed", () => log.push("destroyed"));
      worker.execute("while (true);");
    }
    log.push("after");
    expect(log).toEqual(["destroyed", "after"]);
    let kept;
    {
      using worker = await sandbox.createIsolate();
      kept = worker;
    }
    expect(kept.destroyed).toBe(true);
  });

  test("destroyed from within a handler", async () => {
    using sandbox = new V8Sandbox();
    const worker = await sandbox.createIsolate();
    let messages = 0;
    worker.on("x", () => {
      messages++;
      worker.destroy();
    });
    const destroyed = nextSystem(worker, "destroyed");
    worker.execute("for (let i = 0; i < 100; i++) NETWORK.send('x', i)");
    await destroyed;
    expect(messages).toBe(1);
  });

  test("100 isolates come and go", async () => {
    using sandbox = new V8Sandbox({ threads: 2 });
    for (let n = 0; n < 100; n++) {
      const worker = await sandbox.createIsolate({ memoryMb: 32 });
      expect(await worker.evaluate<number>(`${n}`)).toBe(n);
      await worker[Symbol.asyncDispose]();
    }
    expect(sandbox.isolateCount()).toBe(0);
  });
});

describe("shutdown", () => {
  test("ends everything within a second, busy or not; twice is once", async () => {
    const sandbox = new V8Sandbox({ threads: 2 });
    const workers = await Promise.all(Array.from({ length: 4 }, () => sandbox.createIsolate()));
    const log: string[] = [];
    for (const worker of workers) worker.onSystem("destroyed", ({ reason }) => log.push(`${worker} ${reason}`));
    const busy = workers.slice(1, 3);
    const begun = Promise.all(busy.map((worker) => next(worker, "begun")));
    for (const worker of busy) worker.execute("NETWORK.send('begun'); while (true);");
    await begun;
    workers[3]!.execute("while (true);");
    const pending = rejection(workers[0]!.evaluate("new Promise(() => {})"));
    const start = performance.now();
    sandbox.shutdown();
    expect(performance.now() - start).toBeLessThan(1000);
    sandbox.shutdown();
    expect(log).toEqual([]);
    await sandbox[Symbol.asyncDispose]();
    expect(log.toSorted()).toEqual(workers.map((worker) => `${worker} shutdown`));
    expect(await pending).toMatchObject({ code: "ERR_SANDBOX_SHUTDOWN" });
    expect(await rejection(sandbox.createIsolate())).toMatchObject({ code: "ERR_SANDBOX_SHUTDOWN" });
    expect(thrown(() => workers[0]!.send("x"))).toMatchObject({ code: "ERR_ISOLATE_DESTROYED" });
    workers[0]!.destroy();
    expect(sandbox.isolateCount()).toBe(0);
    expect(sandbox.stats().cpuMs).toBeGreaterThan(0);
  });

  test("of one sandbox leaves the others", async () => {
    using other = new V8Sandbox();
    const worker = await other.createIsolate();
    new V8Sandbox().shutdown();
    const sandbox = new V8Sandbox();
    await sandbox.createIsolate();
    sandbox.shutdown();
    expect(await worker.evaluate("1")).toBe(1);
  });

  test("while isolates are being created, and from within a handler", async () => {
    const sandbox = new V8Sandbox();
    const creations = Array.from({ length: 10 }, () => sandbox.createIsolate());
    const settled = Promise.allSettled(creations);
    sandbox.shutdown();
    for (const outcome of await settled) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "ERR_SANDBOX_SHUTDOWN" } });
    }
    const second = new V8Sandbox();
    const worker = await second.createIsolate();
    const destroyed = nextSystem(worker, "destroyed");
    worker.on("x", () => second.shutdown());
    worker.execute("for (let i = 0; i < 10; i++) NETWORK.send('x')");
    expect(await destroyed).toEqual({ reason: "shutdown" });
  });

  test("100 sandboxes come and go", async () => {
    for (let n = 0; n < 100; n++) {
      await using sandbox = new V8Sandbox({ threads: 1 });
      if (n % 10 === 0) {
        const worker = await sandbox.createIsolate();
        expect(await worker.evaluate<number>(`${n}`)).toBe(n);
      }
    }
  });
});

describe("the process", () => {
  test("lives while isolates live, and exits by itself after shutdown", async () => {
    const { stdout, exitCode, stderr } = await runHost(`
      const sandbox = new V8Sandbox();
      const worker = await sandbox.createIsolate();
      worker.on('later', () => { console.log('later'); sandbox.shutdown(); });
      worker.onSystem('destroyed', ({ reason }) => console.log(reason));
      worker.execute("setTimeout(() => NETWORK.send('later'), 50)");`);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: "later\nshutdown\n", stderr: "", exitCode: 0 });
  });

  test("exits by itself without isolates, with unref'd ones, and after the last is destroyed", async () => {
    for (const [program, stdout] of [
      ["new V8Sandbox();", ""],
      ["const s = new V8Sandbox(); (await s.createIsolate()).unref().execute('while (true);');", ""],
      ["const s = new V8Sandbox(); (await s.createIsolate()).execute('while (true);'); s.unref();", ""],
      [
        `const worker = await new V8Sandbox().createIsolate();
         worker.onSystem('destroyed', () => console.log('destroyed'));
         worker.destroy();`,
        "destroyed\n",
      ],
      [
        `const worker = (await new V8Sandbox().createIsolate()).unref();
         worker.evaluate('new Promise(() => {})', { timeoutMs: 10_000 }).then(() => console.log('never'));`,
        "",
      ],
    ] as const) {
      expect(await runHost(program)).toEqual({ stdout, stderr: "", exitCode: 0 });
    }
  });

  test("can exit in the middle of everything", async () => {
    const { exitCode, stdout } = await runHost(`
      const sandbox = new V8Sandbox({ threads: 2 });
      for (let i = 0; i < 3; i++) (await sandbox.createIsolate()).execute('while (true);');
      console.log('bye');
      process.exit(3);`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "bye\n" });
  });

  test("a handler that throws is one uncaught exception of the host; the others still run", async () => {
    const { stdout, exitCode } = await runHost(`
      process.on('uncaughtException', (error) => console.log('uncaught', error.message));
      const sandbox = new V8Sandbox();
      const worker = await sandbox.createIsolate();
      worker.on('x', () => { throw new Error('first handler'); });
      worker.on('x', () => console.log('second handler'));
      worker.on('y', () => { console.log('next message'); sandbox.shutdown(); });
      worker.onSystem('destroyed', () => { throw new Error('destroyed handler'); });
      worker.execute("NETWORK.send('x'); NETWORK.send('y')");`);
    expect(stdout.trim().split("\n").toSorted()).toEqual([
      "next message",
      "second handler",
      "uncaught destroyed handler",
      "uncaught first handler",
    ]);
    expect(exitCode).toBe(0);
  });

  test("a handler that throws ends a host that does not care", async () => {
    const { stderr, exitCode } = await runHost(`
      const worker = await new V8Sandbox().createIsolate();
      worker.on('x', () => { throw new Error('my own bug'); });
      worker.execute("NETWORK.send('x')");`);
    expect(stderr).toContain("my own bug");
    expect(exitCode).toBe(1);
  });

  test("a guest's errors and rejections are never the host's", async () => {
    const { stdout, stderr, exitCode } = await runHost(`
      for (const name of ['uncaughtException', 'unhandledRejection']) process.on(name, () => console.log(name));
      const sandbox = new V8Sandbox({ cpuMs: 20 });
      const worker = await sandbox.createIsolate();
      worker.onRequest('fail', () => Promise.reject(new Error('to the guest')));
      await worker.evaluate(\`
        let left = 3;
        globalThis.told = new Promise((resolve) => addEventListener('unhandledrejection', () => { if (--left === 0) resolve(); }));
        0\`);
      worker.execute("throw new Error('a')");
      worker.execute("Promise.reject(new Error('b')); NETWORK.request('fail'); NETWORK.request('missing')");
      await worker.evaluate('told');
      console.log(worker.stats().unheardErrors);
      worker.execute('while (true);');
      await new Promise((resolve) => worker.onSystem('destroyed', resolve));
      sandbox.shutdown();`);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: "4\n", stderr: "", exitCode: 0 });
  });
});
