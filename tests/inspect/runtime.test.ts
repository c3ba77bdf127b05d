import { expect, test } from "bun:test";
import type Protocol from "devtools-protocol";
import { Debugged, next } from "./harness.ts";

type Called = Protocol.Runtime.ConsoleAPICalledEvent;
type Thrown = Protocol.Runtime.ExceptionThrownEvent;

test("expressions are evaluated in the guest's own realm, promises awaited, objects looked into", async () => {
  await using debugged = await Debugged.start();
  const worker = await debugged.sandbox.createIsolate();
  await worker.evaluate("globalThis.box = { list: [1, 2], when: new Map([['a', 1]]) }");
  const client = await debugged.connect(worker);
  await client.Runtime.enable();
  const evaluated = await client.Runtime.evaluate({ expression: "box", generatePreview: true });
  expect(evaluated.result.preview!.properties.map(({ name, value }) => [name, value])).toEqual([
    ["list", "Array(2)"],
    ["when", "Map(1)"],
  ]);
  const { objectId } = evaluated.result;
  const { result } = await client.Runtime.getProperties({ objectId: objectId!, ownProperties: true });
  expect(result.map(({ name }) => name)).toEqual(["list", "when"]);
  const awaited = await client.Runtime.evaluate({ expression: "Promise.resolve(7)", awaitPromise: true });
  expect(awaited.result.value).toBe(7);
  const failed = await client.Runtime.evaluate({ expression: "null.x" });
  expect(failed.exceptionDetails!.exception!.className).toBe("TypeError");
  const called = await client.Runtime.callFunctionOn({
    objectId: objectId!,
    functionDeclaration: "function () { return this.list.length }",
  });
  expect(called.result.value).toBe(2);
  // The engine's limits of a turn hold for what front ends run.
  expect(await worker.evaluate("box.list.length")).toBe(2);
});

test("what front ends run is limited as the guest is", async () => {
  await using debugged = await Debugged.start({ cpuMs: 50 });
  const worker = await debugged.sandbox.createIsolate();
  const client = await debugged.connect(worker);
  const detached = next(client, "Inspector.detached");
  const { promise, resolve } = Promise.withResolvers<string>();
  worker.onSystem("terminated", ({ reason }) => resolve(reason));
  client.Runtime.evaluate({ expression: "while (true);" }).catch(() => {});
  expect(await promise).toBe("cpu_limit_exceeded");
  await detached;
});

test("a front end ends the turn under way, and no other", async () => {
  await using debugged = await Debugged.start({ cpuMs: 0 });
  const worker = await debugged.sandbox.createIsolate();
  const client = await debugged.connect(worker);
  const running = next(client, "Runtime.consoleAPICalled");
  await client.Runtime.enable();
  const endless = worker.evaluate("console.log('runs'); for (;;);").catch(({ code }: { code: string }) => code);
  await running;
  await client.Runtime.terminateExecution();
  expect(await endless).toBe("ERR_EVALUATION");
  expect(await worker.evaluate("1 + 1")).toBe(2);
  await client.Runtime.terminateExecution();
  expect(await worker.evaluate("1 + 2")).toBe(3);
});

test("console calls come with previews of their arguments and the guest's place, with and without a handler of the host's", async () => {
  await using debugged = await Debugged.start();
  const worker = await debugged.sandbox.createIsolate();
  const client = await debugged.connect(worker);
  await client.Runtime.enable();
  const heard: unknown[] = [];
  for (const level of ["log", "warn", "error", "debug", "info"] as const) {
    const called = next<Called>(client, "Runtime.consoleAPICalled");
    worker.execute(`function show() { console.${level}('shown', { a: 1, b: [2] }, new Map([[1, 2]])) }\nshow()`, {
      filename: "shows.js",
    });
    const { type, args, stackTrace } = await called;
    expect(type).toBe(level === "warn" ? "warning" : level);
    expect(args.map(({ type, preview }) => [type, preview?.properties.length])).toEqual([
      ["string", undefined],
      ["object", 2],
      ["object", 1],
    ]);
    expect(stackTrace!.callFrames.map(({ functionName, url }) => [functionName, url])).toEqual([
      ["show", "shows.js"],
      ["", "shows.js"],
    ]);
    if (level === "warn") worker.onConsole(({ level: of }) => heard.push(of));
  }
  await worker.evaluate("0");
  expect(heard).toEqual(["error", "debug", "info"]);
});

test("what the guest does not catch is told with its stack", async () => {
  await using debugged = await Debugged.start();
  const worker = await debugged.sandbox.createIsolate();
  worker.onSystem("error", () => {});
  const client = await debugged.connect(worker);
  await client.Runtime.enable();
  let thrown = next<Thrown>(client, "Runtime.exceptionThrown");
  worker.execute("\nthrow new RangeError('too far')", { filename: "far.js" });
  let { exceptionDetails } = await thrown;
  expect([exceptionDetails.text, exceptionDetails.url, exceptionDetails.lineNumber]).toEqual(["Uncaught", "far.js", 1]);
  expect(exceptionDetails.exception!.description).toContain("RangeError: too far");
  thrown = next<Thrown>(client, "Runtime.exceptionThrown");
  worker.execute("void Promise.reject(new TypeError('nobody'))");
  ({ exceptionDetails } = await thrown);
  expect(exceptionDetails.text).toBe("Uncaught (in promise)");
});

test("scripts of before are listed, and the platform's own are not: no script, no frame, no scope", async () => {
  await using debugged = await Debugged.start();
  const worker = await debugged.sandbox.createIsolate();
  await worker.evaluate("globalThis.early = () => 1; 0", { filename: "early.js" });
  const client = await debugged.connect(worker);
  const urls: string[] = [];
  client.Debugger.on("scriptParsed", ({ url }) => urls.push(url));
  await client.Debugger.enable();
  await worker.evaluate("new Blob(['a']); new ReadableStream(); 1", { filename: "late.js" });
  await client.Runtime.evaluate({ expression: "0" });
  expect(urls.filter((url) => url !== "")).toEqual(["early.js", "late.js"]);

  const paused = next<Protocol.Debugger.PausedEvent>(client, "Debugger.paused");
  worker.execute("NETWORK.on('go', function handler() { debugger })", { filename: "handler.js" });
  worker.send("go");
  const { callFrames } = await paused;
  expect(callFrames.map(({ functionName }) => functionName)).toEqual(["handler"]);
  await client.Debugger.resume();

  for (const expression of ["NETWORK.send", "setTimeout", "console.log", "ReadableStream", "fetch"]) {
    const { result } = await client.Runtime.evaluate({ expression });
    const { internalProperties = [] } = await client.Runtime.getProperties({
      objectId: result.objectId!,
      ownProperties: true,
    });
    for (const { name, value } of internalProperties) {
      if (name !== "[[Scopes]]") continue;
      const scopes = await client.Runtime.getProperties({ objectId: value!.objectId!, ownProperties: true });
      expect(scopes.result.map(({ name: scope }) => scope)).toEqual([]);
    }
  }
});

test("a guest sees nothing of it: its globals and its console are what they were", async () => {
  await using debugged = await Debugged.start();
  const look = `JSON.stringify([
    Object.getOwnPropertyNames(globalThis).sort(), Object.getOwnPropertyNames(console).sort(),
    new Error('e').stack, typeof console.createTask,
  ])`;
  const worker = await debugged.sandbox.createIsolate();
  const before = await worker.evaluate(look, { filename: "look.js" });
  const client = await debugged.connect(worker);
  await client.Runtime.enable();
  await client.Debugger.enable();
  await client.Profiler.enable();
  expect(await worker.evaluate(look, { filename: "look.js" })).toBe(before);
});

test("a guest that has made something else of its console keeps it, and none of its code runs for that", async () => {
  await using debugged = await Debugged.start();
  for (const made of [
    "Object.defineProperty(globalThis, 'console', { get() { NETWORK.send('ran'); return {} }, configurable: true })",
    "Object.defineProperty(console, 'createTask', { value: 5, configurable: true })",
    "Object.freeze(console)",
    "globalThis.console = new Proxy({}, { get() { NETWORK.send('ran') }, defineProperty() { NETWORK.send('ran'); return true }, getOwnPropertyDescriptor() { NETWORK.send('ran') } })",
  ]) {
    const worker = await debugged.sandbox.createIsolate();
    let ran = 0;
    worker.on("ran", () => void ran++);
    await worker.evaluate(`${made}; 0`);
    const client = await debugged.connect(worker);
    await client.Runtime.enable();
    expect(ran).toBe(0);
    const { result } = await client.Runtime.evaluate({
      expression:
        "JSON.stringify(Object.getOwnPropertyDescriptor(globalThis, 'console').value && Object.getOwnPropertyDescriptor(console, 'createTask'))",
    });
    const wanted = made.includes("value: 5")
      ? '{"value":5,"writable":false,"enumerable":false,"configurable":true}'
      : undefined;
    expect(result.value).toBe(wanted);
  }
});
