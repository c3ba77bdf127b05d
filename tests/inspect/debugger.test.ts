import { expect, test } from "bun:test";
import type { Client } from "chrome-remote-interface";
import type Protocol from "devtools-protocol";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { Debugged, next } from "./harness.ts";

type Paused = Protocol.Debugger.PausedEvent;
type Parsed = Protocol.Debugger.ScriptParsedEvent;

const PROGRAM = `
function add(a, b) {
  const sum = a + b;
  return sum;
}
function run(count) {
  let total = 0;
  for (let i = 0; i < count; i++) {
    total = add(total, i);
  }
  return total;
}
`;

/** Pauses at most once a call; the lines count from 0, as the protocol's. */
function lineOf({ callFrames }: Paused): number {
  return callFrames[0]!.location.lineNumber;
}

async function valueOf(client: Client, { callFrames }: Paused, expression: string): Promise<unknown> {
  const { callFrameId } = callFrames[0]!;
  const { result } = await client.Debugger.evaluateOnCallFrame({ callFrameId, expression });
  return result.value;
}

test("a breakpoint is paused at, its frames show their variables, steps go over, into and out", async () => {
  await using debugged = await Debugged.start();
  const worker = await debugged.sandbox.createIsolate();
  worker.execute(PROGRAM, { filename: "program.js" });
  const client = await debugged.connect(worker);
  await client.Debugger.enable();
  const { breakpointId, locations } = await client.Debugger.setBreakpointByUrl({ url: "program.js", lineNumber: 8 });
  expect(locations).toHaveLength(1);
  let paused = next<Paused>(client, "Debugger.paused");
  const result = worker.evaluate("run(3)");
  let at = await paused;
  expect(at.hitBreakpoints).toEqual([breakpointId]);
  expect(at.callFrames.map(({ functionName }) => functionName)).toEqual(["run", ""]);
  expect(await valueOf(client, at, "[count, total, i].join()")).toBe("3,0,0");

  paused = next<Paused>(client, "Debugger.paused");
  await client.Debugger.stepInto();
  at = await paused;
  expect([at.callFrames[0]!.functionName, lineOf(at)]).toEqual(["add", 2]);
  paused = next<Paused>(client, "Debugger.paused");
  await client.Debugger.stepOver();
  at = await paused;
  expect([lineOf(at), await valueOf(client, at, "sum")]).toEqual([3, 0]);
  paused = next<Paused>(client, "Debugger.paused");
  await client.Debugger.stepOut();
  at = await paused;
  expect(at.callFrames[0]!.functionName).toBe("run");
  // What a frame's variables are set to is what the guest goes on with.
  await valueOf(client, at, "count = 5");
  await client.Debugger.removeBreakpoint({ breakpointId });
  await client.Debugger.resume();
  expect(await result).toBe(10);
});

test("a conditional breakpoint is paused at when its condition holds", async () => {
  await using debugged = await Debugged.start();
  const worker = await debugged.sandbox.createIsolate();
  const client = await debugged.connect(worker);
  await client.Debugger.enable();
  await client.Debugger.setBreakpointByUrl({ url: "program.js", lineNumber: 8, condition: "i === 7" });
  worker.execute(PROGRAM, { filename: "program.js" });
  const paused = next<Paused>(client, "Debugger.paused");
  const result = worker.evaluate("run(10)");
  expect(await valueOf(client, await paused, "i")).toBe(7);
  await client.Debugger.resume();
  expect(await result).toBe(45);
});

test("TypeScript is debugged by its own lines, by the source map that comes with the script", async () => {
  await using debugged = await Debugged.start();
  const worker = await debugged.sandbox.createIsolate();
  const text = [
    "interface Point {",
    "  readonly x: number;",
    "}",
    "",
    "function double({ x }: Point): number {",
    "  const twice: number = x * 2;",
    "  return twice;",
    "}",
  ].join("\n");
  worker.execute(text, { filename: "point.ts", language: "ts" });
  const client = await debugged.connect(worker);
  const parsed = next<Parsed>(client, "Debugger.scriptParsed", ({ url }) => url === "point.ts");
  await client.Debugger.enable();
  const { sourceMapURL, scriptId } = await parsed;
  const map = new TraceMap(await (await fetch(sourceMapURL!)).text());
  expect(map.sourcesContent).toEqual([text]);
  // As a front end does: where the author's line 6 is in what runs.
  const { scriptSource } = await client.Debugger.getScriptSource({ scriptId });
  const lines = scriptSource.split("\n");
  const lineNumber = lines.findIndex((line) => line.includes("twice ="));
  const columnNumber = lines[lineNumber]!.indexOf("twice");
  expect(originalPositionFor(map, { line: lineNumber + 1, column: columnNumber })).toMatchObject({
    source: "point.ts",
    line: 6,
    column: 8,
  });
  await client.Debugger.setBreakpointByUrl({ url: "point.ts", lineNumber, condition: "x > 1" });
  const paused = next<Paused>(client, "Debugger.paused");
  const results = [worker.evaluate("double({ x: 1 })"), worker.evaluate("double({ x: 2 })")];
  const at = await paused;
  const { location } = at.callFrames[0]!;
  const original = originalPositionFor(map, { line: location.lineNumber + 1, column: location.columnNumber ?? 0 });
  expect(original.line).toBe(6);
  expect(await valueOf(client, at, "x")).toBe(2);
  await client.Debugger.resume();
  expect(await Promise.all(results)).toEqual([2, 4]);
});

test("an endless loop is paused in when a front end connects to it", async () => {
  await using debugged = await Debugged.start({ cpuMs: 0 });
  const worker = await debugged.sandbox.createIsolate();
  worker.execute("let round = 0; while (true) round++;", { filename: "loop.js" });
  const client = await debugged.connect(worker);
  await client.Debugger.enable();
  const paused = next<Paused>(client, "Debugger.paused");
  await client.Debugger.pause();
  const at = await paused;
  expect(at.callFrames).toHaveLength(1);
  expect(await valueOf(client, at, "round > 0")).toBe(true);
  worker.destroy();
  await next(client, "Inspector.detached");
});

test("exceptions are paused at before they are caught, and when they are not", async () => {
  await using debugged = await Debugged.start();
  const worker = await debugged.sandbox.createIsolate();
  const client = await debugged.connect(worker);
  await client.Debugger.enable();
  await client.Debugger.setPauseOnExceptions({ state: "all" });
  let paused = next<Paused>(client, "Debugger.paused");
  const caught = worker.evaluate("try { null.x } catch ({ name }) { name }");
  let at = await paused;
  expect([at.reason, (at.data as Protocol.Runtime.RemoteObject).className]).toEqual(["exception", "TypeError"]);
  await client.Debugger.resume();
  expect(await caught).toBe("TypeError");
  await client.Debugger.setPauseOnExceptions({ state: "uncaught" });
  expect(await worker.evaluate("try { null.x } catch ({ name }) { name }")).toBe("TypeError");
  paused = next<Paused>(client, "Debugger.paused");
  worker.execute("throw new RangeError('too far')");
  at = await paused;
  expect((at.data as Protocol.Runtime.RemoteObject).description).toContain("RangeError: too far");
  await client.Debugger.resume();
  expect(await worker.evaluate("1")).toBe(1);
});

test("async stacks lead through awaits to who began", async () => {
  await using debugged = await Debugged.start();
  const worker = await debugged.sandbox.createIsolate();
  const client = await debugged.connect(worker);
  await client.Debugger.enable();
  await client.Debugger.setAsyncCallStackDepth({ maxDepth: 8 });
  const paused = next<Paused>(client, "Debugger.paused");
  const result = worker.evaluate(`
    async function inner() { await null; debugger; return 5; }
    async function outer() { return await inner(); }
    outer()`);
  const { callFrames, asyncStackTrace } = await paused;
  expect(callFrames.map(({ functionName }) => functionName)).toEqual(["inner"]);
  const names: string[] = [];
  for (let trace = asyncStackTrace; trace; trace = trace.parent) {
    names.push(...trace.callFrames.map(({ functionName }) => functionName));
  }
  expect(names).toContain("outer");
  await client.Debugger.resume();
  expect(await result).toBe(5);
});

test("isolates that wait begin with their first script paused in, when a front end says so", async () => {
  await using debugged = await Debugged.start({}, { waitForDebugger: true });
  const worker = await debugged.sandbox.createIsolate();
  const log: unknown[] = [];
  worker.on("began", () => log.push("began"));
  const result = worker.evaluate("NETWORK.send('began');\n6 * 7", { filename: "first.js" });
  const client = await debugged.connect(worker);
  await client.Debugger.enable();
  expect(log).toEqual([]);
  const paused = next<Paused>(client, "Debugger.paused");
  await client.Runtime.runIfWaitingForDebugger();
  const { reason, callFrames } = await paused;
  expect([reason as string, callFrames[0]!.location.lineNumber, log]).toEqual(["Break on start", 0, []]);
  await client.Debugger.resume();
  expect(await result).toBe(42);
  expect(log).toEqual(["began"]);
});

test("isolates that wait go on when the server is closed", async () => {
  await using debugged = await Debugged.start({}, { waitForDebugger: true });
  const worker = await debugged.sandbox.createIsolate();
  const result = worker.evaluate("6 * 7");
  await debugged.server.close();
  expect(await result).toBe(42);
});

test("a guest that is paused goes on when its front end goes away", async () => {
  await using debugged = await Debugged.start();
  const worker = await debugged.sandbox.createIsolate();
  const client = await debugged.connect(worker);
  await client.Debugger.enable();
  const paused = next<Paused>(client, "Debugger.paused");
  const result = worker.evaluate("debugger; 6 * 7");
  await paused;
  await client.close();
  expect(await result).toBe(42);
});

test("a statement 'debugger' and a step are heeded whatever thread the next turn runs on", async () => {
  await using debugged = await Debugged.start({ threads: 4 });
  const worker = await debugged.sandbox.createIsolate();
  const client = await debugged.connect(worker);
  await client.Debugger.enable();
  for (let round = 0; round < 20; round++) {
    const paused = next<Paused>(client, "Debugger.paused");
    await client.Debugger.pause();
    // Others take the threads in between.
    await using other = await debugged.sandbox.createIsolate();
    await other.evaluate("1");
    const result = worker.evaluate(`(() => ${round})()`);
    await paused;
    await client.Debugger.resume();
    expect(await result).toBe(round);
  }
});
