import { expect, test } from "bun:test";
import type { Client } from "chrome-remote-interface";
import type { Isolate } from "../../lib/index.ts";
import { SandboxShutdownError, V8Sandbox } from "../../lib/index.ts";
import { Debugged, next } from "./harness.ts";

/** Runs until it is paused in. */
async function pause(
  debugged: Debugged,
  worker: Isolate,
  script = "debugger; 'went on'",
): Promise<[Client, Promise<unknown>]> {
  const client = await debugged.connect(worker);
  await client.Debugger.enable();
  const paused = next(client, "Debugger.paused");
  const result = worker.evaluate(script);
  // It may end another way.
  result.catch(() => {});
  await paused;
  return [client, result];
}

test("a guest that is paused uses up no limit: not of a turn, not of all, not of time", async () => {
  await using debugged = await Debugged.start({ cpuMs: 200, cpuTotalMs: 400, wallMs: 200 });
  const worker = await debugged.sandbox.createIsolate();
  const [client, result] = await pause(debugged, worker);
  const { cpuMs } = worker.stats();
  await Bun.sleep(500);
  expect(worker.stats().cpuMs - cpuMs).toBeLessThan(20);
  await client.Debugger.resume();
  expect(await result).toBe("went on");
  // They hold as before afterwards.
  const { promise, resolve } = Promise.withResolvers<string>();
  worker.onSystem("terminated", ({ reason }) => resolve(reason));
  worker.execute("while (true);");
  expect(["cpu_limit_exceeded", "wall_limit_exceeded"]).toContain(await promise);
});

test("guests that are paused hold up no other, however few threads there are, and the host neither", async () => {
  await using debugged = await Debugged.start({ threads: 1, spareThreads: 0 });
  const results: Promise<unknown>[] = [];
  const clients: Client[] = [];
  for (let index = 0; index < 4; index++) {
    const [client, result] = await pause(debugged, await debugged.sandbox.createIsolate());
    clients.push(client);
    results.push(result);
  }
  await using other = await debugged.sandbox.createIsolate();
  for (let index = 0; index < 20; index++) expect(await other.evaluate(`${index}`)).toBe(index);
  for (const client of clients) await client.Debugger.resume();
  expect(await Promise.all(results)).toEqual(Array(4).fill("went on"));
});

test("a guest that is paused is destroyed as any other, and its front end is told", async () => {
  await using debugged = await Debugged.start();
  for (const script of ["debugger", "for (;;) debugger", "try { debugger } finally { for (;;) debugger }"]) {
    const worker = await debugged.sandbox.createIsolate();
    const [client] = await pause(debugged, worker, script);
    const detached = next<{ reason: string }>(client, "Inspector.detached");
    const { promise, resolve } = Promise.withResolvers<string>();
    worker.onSystem("destroyed", ({ reason }) => resolve(reason));
    worker.destroy();
    expect(await promise).toBe("destroyed");
    expect((await detached).reason).toBe("target_closed");
  }
  expect(debugged.sandbox.stats()).toMatchObject({ abandoned: 0, contained: 0 });
});

test("a sandbox is shut down although guests are paused", async () => {
  await using debugged = await Debugged.start();
  const [, result] = await pause(debugged, await debugged.sandbox.createIsolate());
  debugged.sandbox.shutdown();
  expect(await result.catch((error: unknown) => error)).toBeInstanceOf(SandboxShutdownError);
  expect(debugged.sandbox.stats().abandoned).toBe(0);
});

test("what is evaluated in a paused frame is limited, and the next pause is as good as the first", async () => {
  await using debugged = await Debugged.start({ cpuMs: 100 });
  const worker = await debugged.sandbox.createIsolate();
  const client = await debugged.connect(worker);
  await client.Debugger.enable();
  const paused = next<{ callFrames: { callFrameId: string }[] }>(client, "Debugger.paused");
  worker.execute("debugger");
  const { callFrameId } = (await paused).callFrames[0]!;
  const { promise, resolve } = Promise.withResolvers<string>();
  worker.onSystem("terminated", ({ reason }) => resolve(reason));
  client.Debugger.evaluateOnCallFrame({ callFrameId, expression: "while (true);" }).catch(() => {});
  expect(await promise).toBe("cpu_limit_exceeded");
  await pause(debugged, await debugged.sandbox.createIsolate());
});

test("a signal and a timeout give up a call that is paused in; the guest goes on when it is let", async () => {
  await using debugged = await Debugged.start();
  const worker = await debugged.sandbox.createIsolate();
  const client = await debugged.connect(worker);
  await client.Debugger.enable();
  const paused = next(client, "Debugger.paused");
  const result = worker.evaluate("debugger; NETWORK.send('never')", { timeoutMs: 50 });
  result.catch(() => {});
  let sent = 0;
  worker.on("never", () => void sent++);
  await paused;
  expect(await result.catch(({ code }: { code: string }) => code)).toBe("ERR_TIMEOUT");
  await client.Debugger.resume();
  expect(await worker.evaluate("'alive'")).toBe("alive");
  expect(sent).toBe(0);
});

test("isolates of a sandbox that is not debugged have no inspector", async () => {
  await using sandbox = new V8Sandbox();
  const worker = await sandbox.createIsolate();
  expect(await worker.evaluate("debugger; 1")).toBe(1);
});
