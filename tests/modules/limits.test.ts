// What is too much of modules: typed errors, limits that count, and an isolate and a host that go on.
import { describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import type { Isolate, ModuleMap } from "../../lib/index.ts";
import { rejection } from "../api/harness.ts";

const sandbox = new V8Sandbox({ memoryMb: 256 });

function generate(count: number, text: (index: number) => string): ModuleMap {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`./${index}.js`, text(index)]));
}

describe("many modules", () => {
  test("ten thousand imports of one", async () => {
    await using worker = await sandbox.createIsolate();
    const count = 10_000;
    const parts = generate(count, (index) => `export const n = ${index};`);
    const main = Array.from({ length: count }, (_, index) => `import { n as n${index} } from "./${index}.js";`).join(
      "\n",
    );
    const m = await worker.import("./main.js", {
      modules: { ...parts, "./main.js": `${main}\nexport const sum = n1 + n${count - 1};` },
    });
    expect(m.sum).toBe(count);
  }, 60_000);

  test("ten thousand that are missing", async () => {
    await using worker = await sandbox.createIsolate();
    const main = Array.from({ length: 10_000 }, (_, index) => `import "./${index}.js";`).join("\n");
    const error = await rejection(worker.import("./main.js", { modules: { "./main.js": main } }));
    expect(error).toMatchObject({ code: "ERR_MODULE_NOT_FOUND" });
    expect(await worker.evaluate("1")).toBe(1);
  });

  test("as deep as the guest's stack allows, and no deeper", async () => {
    await using worker = await sandbox.createIsolate({ stackKb: 100 });
    const chain = (count: number, text: (next: string) => string): ModuleMap => ({
      ...generate(count, (index) => text(`./${index + 1}.js`)),
      [`./${count}.js`]: "export const n = 1",
    });
    for (const text of [
      (next: string) => `import "${next}"`,
      (next: string) => `export * from "${next}"`,
      (next: string) => `export { n } from "${next}"; await 1`,
    ]) {
      await using fresh = await sandbox.createIsolate({ stackKb: 100 });
      await fresh.import("./0.js", { modules: chain(98, text) });
      expect(await rejection(worker.import("./0.js", { modules: chain(5000, text) }))).toMatchObject({
        code: "ERR_EVALUATION",
        guest: { name: "RangeError", message: "The modules import each other over too many levels for the stack" },
      });
    }
    expect(await worker.evaluate("1")).toBe(1);
  }, 60_000);

  test("exports of exports in a circle", async () => {
    await using worker = await sandbox.createIsolate();
    const renamed = (count: number): string =>
      Array.from({ length: count }, (_, index) => `export { x${index + 1} as x${index} } from "./a.js";`).join("\n") +
      `export const x${count} = 1;`;
    expect(await rejection(worker.import("./a.js", { modules: { "./a.js": renamed(100_000) } }))).toMatchObject({
      guest: { name: "RangeError" },
    });
    await using fresh = await sandbox.createIsolate();
    expect((await fresh.import("./a.js", { modules: { "./a.js": renamed(4000) } })).x0).toBe(1);
    // Each name is looked for in all of the ring before it is renamed.
    const ring = generate(60, (index) => `export * from "./${index + 1}.js"`);
    const names = Array.from({ length: 64 }, (_, index) => `export { x${index + 1} as x${index} } from "./0.js";`).join(
      "\n",
    );
    const modules = { ...ring, "./60.js": `${names} export const x64 = 1`, "./main.js": `export { x0 } from "./0.js"` };
    expect((await fresh.import("./main.js", { modules })).x0).toBe(1);
    expect(
      (
        await fresh.import("./other.js", {
          modules: { "./other.js": `import * as all from "./main.js"; export const n = Object.keys(all).length` },
        })
      ).n,
    ).toBe(1);
  });

  test("modules without end are ended by the isolate's limits", async () => {
    const modules = (name: string): string =>
      `import "./${Number(name.slice(2, -3)) + 1}.js"; globalThis.x = "${"x".repeat(50_000)}";`;
    const worker = await sandbox.createIsolate({ memoryMb: 32 });
    expect(await rejection(worker.import("./0.js", { modules }))).toMatchObject({
      code: "ERR_TERMINATED",
      reason: "memory_limit_exceeded",
    });
    const other = await sandbox.createIsolate({ cpuTotalMs: 100 });
    const endless = async (name: string): Promise<string> =>
      `for (let i = 0; i < 1e6; i++); await import("./${Number(name.slice(2, -3)) + 1}.js")`;
    expect(await rejection(other.import("./0.js", { modules: endless }))).toMatchObject({
      code: "ERR_TERMINATED",
      reason: "cpu_limit_exceeded",
    });
  }, 60_000);
});

describe("large modules", () => {
  const size = 50_000_000;

  test("of comments, code and two-byte text", async () => {
    await using worker = await sandbox.createIsolate();
    const m = await worker.import("./a.js", { modules: { "./a.js": `//${"x".repeat(size)}\nexport const n = 1` } });
    expect(m.n).toBe(1);
    expect(await rejection(worker.import("./b.js", { modules: { "./b.js": `//€${"x".repeat(size)}` } }))).toMatchObject(
      {
        guest: { code: "ERR_MESSAGE_TOO_LARGE" },
      },
    );
    expect(await rejection(worker.import("./c.js", { modules: { "./c.js": "x".repeat(70_000_000) } }))).toMatchObject({
      code: "ERR_MODULE_SOURCE",
    });
    const small = await sandbox.createIsolate({ memoryMb: 64 });
    expect(await rejection(small.import("./a.js", { modules: { "./a.js": "f();".repeat(size / 4) } }))).toMatchObject({
      code: "ERR_TERMINATED",
      reason: "memory_limit_exceeded",
    });
  }, 60_000);

  test("compiling counts", async () => {
    const worker = await sandbox.createIsolate({ cpuMs: 50 });
    const text = `export function f() {${"f(1, 2, [3], { a: 4 });".repeat(1_000_000)}}`;
    expect(await rejection(worker.import("./a.js", { modules: { "./a.js": text } }))).toMatchObject({
      code: "ERR_TERMINATED",
    });
  }, 60_000);
});

describe("what is cut short", () => {
  /** Gives a call up when the guest's code says that it has begun. */
  async function giveUp(worker: Isolate, call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const controller = new AbortController();
    worker.once("begun", () => controller.abort());
    expect(await rejection(call(controller.signal))).toMatchObject({ code: "ERR_ABORTED" });
  }

  const loop = `NETWORK.send("begun"); for (;;);`;

  test("an evaluation that is given up: the module is lost, and says so; others go on", async () => {
    await using worker = await sandbox.createIsolate();
    const modules = {
      "./a.js": `import "./b.js"; export const n = 1`,
      "./b.js": loop,
      "./c.js": "export const n = 3",
    };
    await giveUp(worker, (signal) => worker.import("./a.js", { modules, signal }));
    for (const entry of ["./a.js", "./b.js"]) {
      expect(await rejection(worker.import(entry, { modules }))).toMatchObject({
        code: "ERR_EVALUATION",
        guest: { message: "The evaluation of this module, or of one that it imports, was ended before" },
      });
    }
    expect((await worker.import("./c.js", { modules })).n).toBe(3);
  });

  test("code that loops behind an await, in import() and in a call", async () => {
    await using worker = await sandbox.createIsolate();
    const modules = {
      "./a.js": `await 1; ${loop}`,
      "./b.js": `export const f = async () => { await 1; ${loop} }; export const g = () => import("./c.js"); export const h = () => 5`,
      "./c.js": loop,
    };
    await giveUp(worker, (signal) => worker.import("./a.js", { modules, signal }));
    const m = await worker.import("./b.js", { modules });
    await giveUp(worker, (signal) => m.f(signal));
    await giveUp(worker, (signal) => m.g(signal));
    expect(await m.h()).toBe(5);
  });

  test("while it is compiled: it is compiled again", async () => {
    await using worker = await sandbox.createIsolate();
    const text = `export const n = 1; export function f() {${"f(1, 2, [3], { a: 4 });".repeat(300_000)}}`;
    for (let index = 0; index < 3; index++)
      await worker.import("./a.js", { modules: { "./a.js": text }, timeoutMs: 1 + index * 10 }).catch(() => {});
    expect((await worker.import("./a.js", { modules: { "./a.js": text } })).n).toBe(1);
  }, 60_000);

  test("an isolate that ends while its modules are asked for", async () => {
    const worker = await sandbox.createIsolate();
    let signal: AbortSignal | undefined;
    const importing = rejection(
      worker.import("./a.js", {
        modules: (_, context) => {
          signal = context.signal as AbortSignal;
          worker.destroy();
          return new Promise(() => {});
        },
      }),
    );
    expect(await importing).toMatchObject({ code: "ERR_ISOLATE_DESTROYED" });
    expect(signal!.aborted).toBe(true);
  });
});

describe("patched intrinsics", () => {
  test("change nothing of how modules are found", async () => {
    await using worker = await sandbox.createIsolate();
    await worker.evaluate(`
      const { defineProperty, ownKeys } = Reflect;
      const prototypes = [Promise, Map, Array, String, Function, Object, RegExp];
      for (let at = 0; at < prototypes.length; at++) {
        const { prototype } = prototypes[at];
        const keys = ownKeys(prototype);
        for (let index = 0; index < keys.length; index++) {
          const key = keys[index];
          // What a call comes to is awaited, which asks a promise for it.
          if (key === "constructor") continue;
          defineProperty(prototype, key, { __proto__: null, get() { throw new Error("patched") }, configurable: true });
        }
      }
      Reflect.apply = JSON.parse = Object.defineProperty = Reflect.ownKeys = () => { throw new Error("patched") };
      0`);
    const m = await worker.import("./a.js", {
      modules: {
        "./a.js": `import { b } from "./b.js"; import json from "./c.json" with { type: "json" }; export const f = async () => b + json.n; export const late = async () => { const { b } = await import("./b.js"); return b }`,
        "./b.js": "await 1; export const b = 1",
        "./c.json": `{"n":2}`,
      },
    });
    expect(await m.f()).toBe(3);
    expect(await m.late()).toBe(1);
  });
});
