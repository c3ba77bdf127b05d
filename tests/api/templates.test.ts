// sandbox.template(): isolates that begin with the same modules, which are loaded and compiled once.
import { afterAll, describe, expect, test } from "bun:test";
import { V8Sandbox } from "../../lib/index.ts";
import type { Isolate, IsolateTemplate } from "../../lib/index.ts";
import { rejection } from "./harness.ts";

const sandbox = new V8Sandbox({ threads: 2 });
afterAll(() => sandbox.shutdown());

const MAIN = `
  import { twice } from "./twice.ts";
  import menu from "./menu.json" with { type: "json" };
  let count: number = 0;
  export const handler = (n: number): number => twice(n) + menu.tea + count++;
  export const text = "é ✓";`;
const MODULES = {
  "./main.ts": MAIN,
  "./twice.ts": "export const twice = (n: number): number => n * 2;",
  "./menu.json": '{ "tea": 100 }',
};

const ASKING = 'for (let n = 0; n < 20; n++) await import("./more.js?" + n);';

/** Modules by a function that notes what it is asked for. */
function noting(modules: Readonly<Record<string, string>>): {
  asked: string[];
  find: (name: string) => string | undefined;
} {
  const asked: string[] = [];
  const find = (name: string): string | undefined => {
    asked.push(name);
    return modules[name];
  };
  return { asked, find };
}

async function handle(isolate: Isolate, n: number): Promise<unknown> {
  const { handler } = await isolate.import("./main.ts");
  return handler(n);
}

describe("isolates of a template", () => {
  test("begin with its modules, each with their own state", async () => {
    using template = await sandbox.template({ modules: MODULES, prepare: (isolate) => isolate.import("./main.ts") });
    const [first, second] = [await template.createIsolate({ name: "first" }), await template.createIsolate()];
    expect(first.name).toBe("first");
    expect([await handle(first, 1), await handle(first, 1), await handle(second, 1)]).toEqual([102, 103, 102]);
    expect((await first.import("./main.ts")).text).toBe("é ✓");
    first.destroy();
    expect(await handle(second, 2)).toBe(105);
  });

  test("read nothing anew, whatever becomes of its source; what was not loaded is asked for", async () => {
    const { asked, find } = noting({ ...MODULES, "./other.ts": "export const other = 1;" });
    using template = await sandbox.template({ modules: find, prepare: (isolate) => isolate.import("./main.ts") });
    expect(asked.sort()).toEqual(["./main.ts", "./menu.json", "./twice.ts"]);
    for (let n = 0; n < 5; n++) expect(await handle(await template.createIsolate(), n)).toBe(100 + 2 * n);
    expect(asked).toHaveLength(3);
    const isolate = await template.createIsolate();
    expect((await isolate.import("./other.ts")).other).toBe(1);
    expect(asked.slice(3)).toEqual(["./other.ts"]);
  });

  test("have the texts outside of their heaps, in both encodings", async () => {
    for (const filler of ["x", "✓"]) {
      const text = `export const f = () => 1; /* ${filler.repeat(4 * 2 ** 20)} */`;
      using template = await sandbox.template({
        modules: { "./large.js": text },
        prepare: (isolate) => isolate.import("./large.js"),
      });
      const isolate = await template.createIsolate();
      expect((await (await isolate.import("./large.js")).f()) as number).toBe(1);
      expect(isolate.stats().heapUsedBytes).toBeLessThan(4 * 2 ** 20);
      expect(sandbox.stats().templateBytes).toBeGreaterThan(text.length);
    }
    expect(sandbox.stats().templateBytes).toBe(0);
  });

  test("have errors that name places in what was written", async () => {
    const modules = { "./main.ts": "type A = 1;\nexport const f = (a: A): never => {\n  throw new Error(`${a}`);\n};" };
    using template = await sandbox.template({ modules, prepare: (isolate) => isolate.import("./main.ts") });
    const isolate = await template.createIsolate();
    const own = await (await sandbox.createIsolate()).import("./main.ts", { modules });
    const { guest } = await rejection((await isolate.import("./main.ts")).f(1));
    expect([guest.filename, guest.lineno]).toEqual(["file:///main.ts", 3]);
    expect(guest).toEqual((await rejection(own.f(1))).guest);
  });

  test("modules that wait, meet in circles, or are empty", async () => {
    const modules = {
      "./main.js": `export { b } from "./a.js"; import "./empty.js"; export const later = await new Promise((done) => setTimeout(done, 1, 7));`,
      "./a.js": `import { c } from "./b.js"; export function a() { return "a"; } export const b = c;`,
      "./b.js": `import { a } from "./a.js"; export const c = a() + "b";`,
      "./empty.js": "",
    };
    using template = await sandbox.template({ modules, prepare: (isolate) => isolate.import("./main.js") });
    for (let round = 0; round < 3; round++) {
      const { b, later } = await (await template.createIsolate()).import("./main.js");
      expect([b, later]).toEqual(["ab", 7]);
    }
  });

  test("are prepared before anybody has them, with options of their own", async () => {
    using template = await sandbox.template({
      modules: MODULES,
      isolate: { memoryMb: 32, locale: "de-AT" },
      async prepare(isolate) {
        isolate.expose("host", { double: (n: number) => n * 2 });
        await isolate.import("./main.ts");
        await isolate.evaluate("globalThis.ready = true");
      },
    });
    const isolate = await template.createIsolate({ locale: "en-GB" });
    expect(await isolate.evaluate("[ready, await host.double(4), navigator.language]")).toEqual([true, 8, "en-GB"]);
    expect(await (await template.createIsolate()).evaluate("navigator.language")).toBe("de-AT");
  });

  test("import() in them finds the template's modules", async () => {
    using template = await sandbox.template({ modules: MODULES, prepare: (isolate) => isolate.import("./twice.ts") });
    const isolate = await template.createIsolate();
    expect(await isolate.evaluate("(await import('./main.ts')).handler(5)")).toBe(110);
  });

  test("a hundred at once", async () => {
    using template = await sandbox.template({ modules: MODULES, prepare: (isolate) => isolate.import("./main.ts") });
    const isolates = await Promise.all(Array.from({ length: 100 }, () => template.createIsolate()));
    expect(await Promise.all(isolates.map((isolate, n) => handle(isolate, n)))).toEqual(
      isolates.map((_, n) => 100 + 2 * n),
    );
    for (const isolate of isolates) isolate.destroy();
  });
});

describe("what goes wrong", () => {
  test("is told of wrong options", async () => {
    const wrong = async (options: object): Promise<string> =>
      (await rejection(sandbox.template(options as any))).message;
    const prepare = (): void => {};
    expect(await wrong({ prepare })).toContain("template(): modules must be a map");
    expect(await wrong({ modules: {} })).toContain("template(): prepare is missing");
    expect(await wrong({ modules: {}, prepare: 5 })).toContain("prepare must be a function");
    expect(await wrong({ modules: {}, prepare, prepareMS: 5 })).toContain("did you mean prepareMs?");
    expect(await wrong({ modules: {}, prepare, isolate: { memoryMB: 5 } })).toContain("did you mean memoryMb?");
  });

  test("prepare that throws, in the template and later", async () => {
    const before = sandbox.isolateCount();
    const failing = {
      modules: { "./main.js": "throw new RangeError('no')" },
      prepare: (i: Isolate) => i.import("./main.js"),
    };
    const error = await rejection(sandbox.template(failing));
    expect(error).toMatchObject({ name: "TemplateError", code: "ERR_TEMPLATE", cause: { code: "ERR_EVALUATION" } });
    expect(error.message).toContain("RangeError: no");
    let fails = false;
    using template = await sandbox.template({
      modules: MODULES,
      prepare() {
        if (fails) throw new Error("not today");
      },
    });
    fails = true;
    expect(await rejection(template.createIsolate())).toMatchObject({
      code: "ERR_TEMPLATE",
      cause: { message: "not today" },
    });
    expect(sandbox.isolateCount()).toBe(before);
    expect(await rejection(template.createIsolate({ memoryMb: 1 }))).toMatchObject({ code: "ERR_OPTION" });
  });

  test("prepare that never ends, or is given up", async () => {
    let aborted = false;
    const hanging = {
      modules: {},
      prepareMs: 20,
      prepare: (_: Isolate, { signal }: { signal: any }) =>
        new Promise<void>(() => signal.addEventListener("abort", () => (aborted = true))),
    };
    expect(await rejection(sandbox.template(hanging))).toMatchObject({
      code: "ERR_TEMPLATE",
      cause: { code: "ERR_TIMEOUT" },
    });
    expect(aborted).toBe(true);
    const signal = AbortSignal.timeout(10);
    expect(await rejection(sandbox.template({ ...hanging, prepareMs: 0, signal }))).toMatchObject({
      code: "ERR_ABORTED",
    });
    expect(await rejection(sandbox.template({ ...hanging, signal: AbortSignal.abort() }))).toMatchObject({
      code: "ERR_ABORTED",
    });
  });

  test("modules that take too much time, or memory: the limits hold while the template is made", async () => {
    const hostile = async (text: string, isolate: object): Promise<any> => {
      const modules = { "./main.js": text };
      return rejection(sandbox.template({ modules, isolate, prepare: (its) => its.import("./main.js") }));
    };
    const endless = await hostile("for (;;);", { cpuMs: 50 });
    expect(endless).toMatchObject({ code: "ERR_TEMPLATE", cause: { reason: "cpu_limit_exceeded" } });
    const greedy = await hostile("const all = []; for (;;) all.push(new Array(1000).fill(0))", { memoryMb: 16 });
    expect(greedy).toMatchObject({ code: "ERR_TEMPLATE", cause: { reason: "memory_limit_exceeded" } });
    expect(sandbox.stats().templateBytes).toBe(0);
  });

  test("more than templates may keep; room that is given back is there again", async () => {
    await using small = new V8Sandbox({ threads: 2, templateBytesMax: 1024 * 1024 });
    const make = (): Promise<IsolateTemplate> =>
      small.template({
        modules: { "./main.js": `export const f = 1; /* ${"x".repeat(500_000)} */` },
        prepare: (isolate) => isolate.import("./main.js"),
      });
    const first = await make();
    const error = await rejection(make());
    expect(error).toMatchObject({ code: "ERR_LIMIT" });
    expect(error.message).toContain("templateBytesMax");
    const isolate = await first.createIsolate();
    first.dispose();
    first.dispose();
    expect([first.disposed, small.stats().templateBytes]).toEqual([true, 0]);
    expect(await rejection(first.createIsolate())).toMatchObject({ code: "ERR_TEMPLATE" });
    expect((await isolate.import("./main.js")).f).toBe(1);
    using second = await make();
    expect((await (await second.createIsolate()).import("./main.js")).f).toBe(1);
  });

  test("a guest that asks for ever more modules while the template is made", async () => {
    await using small = new V8Sandbox({ threads: 2, templateBytesMax: 65_536 });
    const modules = (name: string): string => (name === "./main.js" ? ASKING : `/* ${"x".repeat(10_000)} */`);
    const error = await rejection(small.template({ modules, prepare: (isolate) => isolate.import("./main.js") }));
    expect(error).toMatchObject({ code: "ERR_LIMIT" });
    expect(small.isolateCount()).toBe(0);
    expect(await rejection((async () => small.createIsolate(null as never))())).toMatchObject({ code: "ERR_ARGUMENT" });
  });

  test("a template that nobody has any more keeps nothing", async () => {
    await (async () => {
      await sandbox.template({ modules: MODULES, prepare: (isolate) => isolate.import("./main.ts") });
    })();
    while (sandbox.stats().templateBytes > 0) {
      Bun.gc(true);
      await Bun.sleep(5);
    }
  });

  test("a sandbox that has been shut down", async () => {
    const other = new V8Sandbox({ threads: 1 });
    const template = await other.template({ modules: MODULES, prepare: (isolate) => isolate.import("./main.ts") });
    other.shutdown();
    expect(await rejection(template.createIsolate())).toMatchObject({ code: "ERR_SANDBOX_SHUTDOWN" });
    expect(await rejection(other.template({ modules: {}, prepare() {} }))).toMatchObject({
      code: "ERR_SANDBOX_SHUTDOWN",
    });
    expect(other.stats().templateBytes).toBe(0);
    template.dispose();
  });
});
