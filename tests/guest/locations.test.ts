// Where errors come from: the guest's own calls, whoever made the error; nothing of the platform's own code shows.
import { describe, expect, test } from "bun:test";
import type { GuestError, Isolate } from "network-runtime";
import { EvaluationError } from "network-runtime";
import { createGuest, run } from "./guest.ts";

const PRELUDE = /network-runtime|prelude|<anonymous>:23|native/;

async function failure(guest: Isolate, script: string): Promise<GuestError> {
  const error: unknown = await guest.evaluate(script, { filename: "user.js" }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EvaluationError);
  return (error as EvaluationError).guest;
}

/** The code stands in line 2, behind two columns. */
const place = (code: string): string => `\n  ${code}`;

describe("errors of the platform carry the guest's call", () => {
  test.each([
    `new URL("bad")`,
    `structuredClone(() => 1)`,
    `atob("*")`,
    `setTimeout()`,
    `new Headers([["a b", "c"]])`,
    `new Response("", { status: 1 })`,
    `new TextDecoder("none")`,
    `queueMicrotask(1)`,
    `new WebSocket("http:")`,
    `new Blob(1)`,
    `new AbortController().signal.addEventListener("x")`,
    `AbortSignal.timeout(-1)`,
    `new EventTarget().dispatchEvent(1)`,
    `new FormData(1)`,
    `new URLSearchParams([1])`,
    `new URLPattern("(", "x")`,
    `new BroadcastChannel()`,
    `new DecompressionStream("none")`,
    `new ReadableStream({ type: "none" })`,
    `BigInt(1.5)`,
    `JSON.parse("{bad")`,
    `eval("1 +")`,
    `new Function("return 1 +")`,
    `Symbol() + ""`,
    `NETWORK.request(1).then()`,
  ])("%s", async (code) => {
    const { filename, lineno, colno, stack } = await failure(await createGuest(), place(code));
    expect([filename, lineno, colno! >= 3]).toEqual(["user.js", 2, true]);
    expect(stack).toContain("user.js:2:");
    expect(stack).not.toMatch(PRELUDE);
  });

  test.each([
    `await new Response("{").json()`,
    `await new Response(new Blob(["{"]).stream()).json()`,
    `await crypto.subtle.digest("none", new Uint8Array())`,
    `await fetch("https://a.example/")`,
    `await fetch("no url")`,
    `await WebAssembly.compileStreaming(1)`,
    `await WebAssembly.instantiateStreaming(new Response("x"))`,
    `NETWORK.request("none")`,
    `await NETWORK.request("none")`,
    `NETWORK.request("none").then(() => {})`,
    `await new Blob(["x"]).stream().pipeThrough(new DecompressionStream("gzip")).getReader().read()`,
    `await new Blob([new Uint8Array([255])]).stream().pipeThrough(new TextDecoderStream("utf-8", { fatal: true })).getReader().read()`,
    `const t = new TextEncoderStream(); t.writable.getWriter().write(Symbol()).catch(() => {}); await t.readable.getReader().read()`,
    `await ReadableStream.from({ [Symbol.asyncIterator]: () => ({ next: () => 1 }) }).getReader().read()`,
    `await NETWORK.request("fails", 1)`,
  ])("%s, later", async (code) => {
    const guest = await createGuest();
    guest.onRequest("fails", () => Promise.reject(new RangeError("no")));
    const { filename, lineno, stack } = await failure(guest, place(code));
    expect([filename, lineno]).toEqual(["user.js", 2]);
    expect(stack).not.toMatch(PRELUDE);
  });

  test("with the frames of the guest's async functions", async () => {
    const guest = await createGuest();
    guest.onRequest("charge", () => {
      throw new Error("card declined");
    });
    const { stack, lineno } = await failure(
      guest,
      `async function pay() {\n  await null;\n  await NETWORK.request("charge");\n}\nasync function buy() {\n  await pay();\n}\nbuy();`,
    );
    expect(lineno).toBe(3);
    expect(stack).toBe("Error: card declined\n    at pay (user.js:3:17)\n    at async buy (user.js:6:3)");
  });

  test("a result that cannot be sent is said to be the script's", async () => {
    const guest = await createGuest();
    const { filename, lineno, message } = await failure(guest, `({ rows: [{ a: 1 }, { cell: () => 1 }] })`);
    expect([filename, lineno]).toEqual(["user.js", undefined]);
    expect(message).toBe("value.rows[1].cell: () => 1 could not be cloned.");
  });

  test("a handler's answer that cannot be sent is said to be the handler's", async () => {
    const guest = await createGuest();
    guest.execute(`\n NETWORK.onRequest("m", () => ({ f() {} }));`, { filename: "handlers.js" });
    const { guest: facts } = (await guest.request("m").catch((error: unknown) => error)) as EvaluationError;
    expect(facts).toMatchObject({ name: "DataCloneError", filename: "handlers.js", lineno: 2 });
  });
});

describe("what was thrown and is no Error is where it was thrown, if V8 knows it, and nowhere else", () => {
  test.each<[string, [number, number] | undefined]>([
    ["throw 1", [1, 1]],
    ["\n  if (true) { throw { a: 1 } }", [2, 15]],
    ["function f() { throw 1 }\n f()", [1, 16]],
    ["await null;\n  throw 1", undefined],
    ["\n  throw undefined;\nawait null", undefined],
    ["await null;\n  if (true) { throw { a: 1 } }", undefined],
    ["for (const x of [1]) {\n  await x;\n  throw x;\n}", undefined],
    ["try { await Promise.reject(1) } catch (e) {\n throw e }", undefined],
    ["await Promise.reject(1)", undefined],
    ["async function f() { await null; throw 1 }\nawait f()", undefined],
    ["await new Promise(() => { throw 1 })", undefined],
    ["await { then() { throw 1 } }", undefined],
    ["await Promise.any([Promise.reject(new Error('x'))])", undefined],
    ["Promise.reject(1)", undefined],
    ["Promise.any([Promise.reject(1)])", undefined],
    ["(async () => { throw 1 })()", undefined],
    ["new Promise((_, reject) => setTimeout(reject, 0, 'x'))", undefined],
    ["({ then(_, reject) { reject(1) } })", undefined],
    ["Symbol()", undefined],
    ["await null; Symbol()", undefined],
  ])("%j", async (script, place) => {
    const guest = await createGuest();
    for (const args of [undefined, { other: 1 }]) {
      const failed = guest.evaluate(`{${script}\n}`, { filename: "user.js", columnOffset: -1, ...(args && { args }) });
      const { filename, lineno, colno } = ((await failed.catch((error: unknown) => error)) as EvaluationError).guest;
      expect([filename, lineno, colno]).toEqual(["user.js", place?.[0], place?.[1]]);
    }
  });

  test("in reports and events", async () => {
    const guest = await createGuest();
    const told: unknown[] = [];
    guest.onSystem("error", ({ filename, lineno, colno }) => told.push([filename, lineno, colno]));
    guest.onSystem("unhandledrejection", ({ lineno }) => told.push(lineno));
    guest.execute(
      `globalThis.events = []; addEventListener("error", (e) => events.push([e.filename, e.lineno, e.colno]));`,
    );
    guest.execute("await null;\n throw 1", { filename: "one.js" });
    guest.execute("Promise.reject(1)");
    expect(await guest.evaluate("new Promise((resolve) => setTimeout(() => resolve(events)))")).toEqual([
      ["one.js", 0, 0],
    ]);
    expect(told).toHaveLength(2);
    expect(told).toContainEqual(["one.js", undefined, undefined]);
    expect(told).toContain(undefined);
  });
});

describe("nothing of the platform's own code shows", () => {
  test("in stacks of code that the platform calls", async () => {
    const stacks = await run<string[]>(`
      const stacks = [];
      const take = () => { stacks.push(new Error("here").stack); };
      await new Promise((resolve) => setTimeout(() => { take(); resolve(); }));
      await new Promise((resolve) => queueMicrotask(() => { take(); resolve(); }));
      const target = new EventTarget();
      target.addEventListener("x", take);
      target.addEventListener("x", { handleEvent: take });
      target.dispatchEvent(new Event("x"));
      new URLSearchParams("a=1").forEach(take);
      new Headers({ a: "b" }).forEach(take);
      new URL({ toString() { take(); return "http://a.example"; } });
      structuredClone({ get a() { take(); } });
      await new ReadableStream({ start: take, pull(c) { take(); c.close(); } }).getReader().read();
      const controller = new AbortController();
      controller.signal.onabort = take;
      controller.abort();
      reportError({ get message() { take(); } });
      [...new URLSearchParams([{ *[Symbol.iterator]() { take(); yield "a"; yield "b"; } }])];
      return stacks;`);
    expect(stacks.length).toBe(12);
    for (const stack of stacks) {
      expect(stack).not.toMatch(PRELUDE);
      for (const line of stack.split("\n").slice(1)) expect(line).toMatch(/guest\.js|<anonymous>|Promise/);
    }
  });

  // The platform's calls of what the language has are its own as well: none shows between a guest's call and its throw.
  test.each([
    ["Response.json(1n)", 1],
    ["Response.json({ toJSON() { throw new Error('mine'); } })", 2],
    ["Response.json({ get a() { throw new Error('mine'); } })", 2],
    ["await new Response('{').json()", 1],
    ["await new Response(new Blob(['{'])).json()", 1],
    ["new Headers(new Proxy({}, { ownKeys() { throw new Error('mine'); } }))", 2],
    ["new Headers(new Proxy({ a: 1 }, { getOwnPropertyDescriptor() { throw new Error('mine'); } }))", 2],
    ["new URLSearchParams(new Proxy({}, { ownKeys() { throw new Error('mine'); } }))", 2],
    ["new Headers(new Proxy({}, { ownKeys: () => [1] }))", 1],
    ["new Blob({ [Symbol.iterator]() { throw new Error('mine'); } })", 2],
    ["new URL({ toString() { throw new Error('mine'); } })", 2],
    ["new Event({ toString() { throw new Error('mine'); } })", 2],
    ["new (class extends EventTarget {})().addEventListener('x', 1)", 1],
    ["Reflect.construct(Event, ['x'], new Proxy(Event, { get() { throw new Error('mine'); } }))", 2],
    ["structuredClone({ get a() { throw new Error('mine'); } })", 2],
    ["structuredClone(new ArrayBuffer(1), { transfer: { [Symbol.iterator]() { throw new Error('mine'); } } })", 2],
    ["setTimeout({ toString() { throw new Error('mine'); } })", 2],
    ["atob({ toString() { throw new Error('mine'); } })", 2],
    ["crypto.getRandomValues(new Float32Array(1))", 1],
    ["performance.measure('a', 'none')", 1],
    ["new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([255]))", 1],
    ["new TextEncoder().encodeInto('a', 1)", 1],
    ["new FormData().append('a', {}, 'name')", 1],
    ["AbortSignal.any({ [Symbol.iterator]() { throw new Error('mine'); } })", 2],
    ["new Request('http://a', { get method() { throw new Error('mine'); } })", 2],
    ["new URLPattern({ get protocol() { throw new Error('mine'); } })", 2],
    ["await crypto.subtle.digest({ get name() { throw new Error('mine'); } }, new Uint8Array())", 2],
    ["NETWORK.send('x', { get a() { throw new Error('mine'); } })", 2],
    ["new MessageChannel().port1.postMessage({ get a() { throw new Error('mine'); } })", 2],
    ["new EventTarget().addEventListener('x', null, { get once() { throw new Error('mine'); } })", 2],
    ["console.table([{ get a() { throw new Error('mine'); } }]); throw new Error('mine')", 1],
    ["(function f() { f(); Response.json([]); })()", 10],
  ])("in what calls guests and is called: %s", async (code, calls) => {
    const guest = await createGuest();
    const { stack } = await failure(guest, place(code));
    const lines = stack!.split("\n    at ").slice(1);
    for (const line of lines) expect(line).toMatch(/user\.js:2:/);
    expect(lines.length).toBe(calls);
  });

  test("in call sites", async () => {
    const sites = await run<unknown[][]>(`
      const seen = [];
      Error.prepareStackTrace = (_, sites) => {
        for (const site of sites) {
          seen.push([site.getFileName(), site.getScriptNameOrSourceURL(), site.getEvalOrigin(), typeof site.getThis(),
            String(site.getFunction()), site.getFunctionName(), String(site)]);
        }
        return "";
      };
      const attempt = async (f) => { try { await f(); } catch (error) { void error.stack; } };
      await attempt(() => new URL("bad"));
      await attempt(() => NETWORK.send("m", () => {}));
      await attempt(() => NETWORK.request("none"));
      await attempt(() => fetch("https://a.example"));
      await attempt(() => new Response("{").json());
      await attempt(() => new Promise((_, reject) => setTimeout(() => { try { null.x } catch (e) { reject(e) } })));
      const holder = {};
      await new Promise((resolve) => setTimeout(() => { Error.captureStackTrace(holder); resolve(); }));
      void holder.stack;
      Error.stackTraceLimit = 100;
      await attempt(() => [1].map(() => structuredClone(() => {})));
      return seen;`);
    expect(sites.length).toBeGreaterThan(6);
    for (const site of sites) expect(site.join(" ")).not.toMatch(/network-runtime|prelude/);
  });

  test("in code from strings, whoever calls eval", async () => {
    const guest = await createGuest();
    const errors: GuestError[] = [];
    guest.onSystem("error", (error) => errors.push(error));
    await run(
      `setTimeout("throw new Error('text')");
       setTimeout("1 +");
       setTimeout(eval, 0, "throw new Error('eval')");
       addEventListener("x", eval);
       await new Promise((resolve) => setTimeout(resolve, 5));
       await Promise.all([1, 2].map((n) => new Promise((resolve) => setTimeout(resolve, n))));`,
      guest,
    );
    expect(errors.length).toBe(3);
    for (const error of errors) expect(JSON.stringify(error)).not.toMatch(/network-runtime|prelude/);
  });

  test("in error events, rejections and console lines", async () => {
    const guest = await createGuest();
    const told: unknown[] = [];
    guest.onSystem("error", (error) => told.push(error));
    guest.onSystem("unhandledrejection", (error) => told.push(error));
    guest.onConsole((entry) => told.push(entry));
    await run(
      `addEventListener("error", (e) => console.log(e.message, e.filename, e.lineno, e.colno, e.error));
       new EventTarget().addEventListener("x", 1 && { get handleEvent() { throw new Error("handleEvent"); } });
       const target = new EventTarget();
       target.addEventListener("x", {});
       target.dispatchEvent(new Event("x"));
       NETWORK.request("none");
       fetch("https://a.example");
       Promise.reject(new DOMException("mine", "AbortError"));
       console.trace("here");
       console.error(new Error("logged"));
       await new Promise((resolve) => setTimeout(resolve, 5));`,
      guest,
    );
    await guest.evaluate("0");
    expect(told.length).toBeGreaterThan(5);
    const text = JSON.stringify(told);
    expect(text).not.toMatch(/network-runtime|prelude/);
    for (const error of told) {
      if (!("message" in (error as object))) continue;
      expect(error).toMatchObject({ filename: "guest.js", lineno: expect.any(Number), colno: expect.any(Number) });
    }
  });

  test("Error.stackTraceLimit counts the guest's frames only", async () => {
    expect(
      await run(`
        Error.stackTraceLimit = 1;
        try { new Headers([["a b", "c"]]); } catch (error) { return error.stack.split("\\n").length; }`),
    ).toBe(2);
  });

  test("an error whose stack was read, or that was cloned, still says where it was made", async () => {
    const guest = await createGuest();
    for (const code of [
      `const e = new Error("x"); void e.stack;\nawait Promise.reject(e)`,
      `const e = new Error("x");\nawait Promise.reject(structuredClone(e))`,
    ]) {
      const { filename, lineno, colno } = await failure(guest, `{${code}}`);
      expect([filename, lineno, colno]).toEqual(["user.js", 1, 12]);
    }
  });
});
