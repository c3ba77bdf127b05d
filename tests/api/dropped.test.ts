// Sandboxes that nobody shuts down: each program runs in a process of its own, as what is garbage is decided there.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runHost } from "./harness.ts";

setDefaultTimeout(60_000);

/** Collects garbage until no more than so many sandboxes are left, or it is clear that more will be. */
const COLLECT = `
  const living = globalThis[Symbol.for("network-runtime.living-sandboxes")];
  async function collect(left) {
    for (let round = 0; round < 2000 && living.size > left; round++) {
      Bun.gc(true);
      await Bun.sleep(5);
    }
    return living.size;
  }
`;

/** A value or two may seem to be in use, because the stack still has its bits. */
const SPARED = 3;
/** Of one sandbox; with processes it has one for each of those, too. */
const DESCRIPTORS = 8;

describe("a dropped sandbox", () => {
  test.each([
    ["without isolates", ""],
    ["whose isolates have ended", "await using isolate = await sandbox.createIsolate(); await isolate.evaluate('1');"],
    ["whose isolates were dropped too", "const isolate = await sandbox.createIsolate(); await isolate.evaluate('1');"],
    [
      "whose isolates were dropped, busy as they are",
      "(await sandbox.createIsolate({ cpuMs: 0 })).execute('setInterval(() => { for (let i = 0; i < 1e4; i++); }, 1)');",
    ],
    [
      "whose isolates' handlers were removed",
      `const isolate = await sandbox.createIsolate();
       const handler = () => {};
       isolate.on('x', handler).onRequest('m', handler).onConsole(handler).onSystem('error', handler);
       isolate.off('x', handler).offRequest('m').offConsole(handler).offSystem('error', handler);`,
    ],
  ])("%s is collected, with its threads and descriptors", async (_, use) => {
    const { stdout, stderr, exitCode } = await runHost(`
      import { readdirSync } from "node:fs";
      ${COLLECT}
      const count = (what) => readdirSync("/proc/self/" + what).length;
      const make = async () => { const sandbox = new V8Sandbox({ threads: 1 }); ${use} };
      await make();
      const before = [count("task"), count("fd")];
      for (let n = 0; n < 40; n++) await make();
      const left = await collect(${SPARED});
      const ended = () => [count("task") <= before[0] + ${SPARED}, count("fd") <= before[1] + ${DESCRIPTORS * SPARED}];
      // The engine's threads end by themselves once their sandbox has, and so do its processes.
      for (let round = 0; round < 2000 && ended().includes(false); round++) await Bun.sleep(5);
      console.log(left <= ${SPARED}, ...ended());
      process.exit();`);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: "true true true\n", stderr: "", exitCode: 0 });
  });

  test("goes on as long as somebody has an isolate of it, hears of it or waits for it", async () => {
    const { stdout, stderr, exitCode } = await runHost(`
      ${COLLECT}
      const isolateOfDropped = async () => await new V8Sandbox({ threads: 1 }).createIsolate();
      const had = await isolateOfDropped();
      const heard = Promise.withResolvers();
      let ticks = 0;
      await (async () => {
        const isolate = await isolateOfDropped();
        isolate.on("tick", () => { if (++ticks === 20) heard.resolve(); });
        isolate.execute("setInterval(() => NETWORK.send('tick'), 5)");
      })();
      const asked = Promise.withResolvers();
      await (async () => {
        const isolate = await isolateOfDropped();
        isolate.onRequest("m", () => asked.resolve());
        isolate.execute("setTimeout(() => NETWORK.request('m'), 100)");
      })();
      const waited = (async () => (await isolateOfDropped()).evaluate("new Promise((resolve) => setTimeout(resolve, 100, 7))"))();
      for (let round = 0; round < 20; round++) { Bun.gc(true); await Bun.sleep(2); }
      await Promise.all([heard.promise, asked.promise]);
      console.log(await waited, await had.evaluate("6 * 7"), had.destroyed, living.size >= 3);
      process.exit();`);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: "7 42 false true\n", stderr: "", exitCode: 0 });
  });

  test("handlers have the isolate they had, whoever else dropped it", async () => {
    const { stdout, exitCode } = await runHost(`
      const notes = new WeakMap();
      const seen = [];
      const done = Promise.withResolvers();
      await (async () => {
        const isolate = await new V8Sandbox({ threads: 1 }).createIsolate();
        notes.set(isolate, "note");
        isolate.on("x", (_, { isolate }) => { if (seen.push(notes.get(isolate)) === 3) done.resolve(); });
        isolate.execute("setInterval(() => NETWORK.send('x'), 10)");
      })();
      for (let round = 0; round < 10; round++) { Bun.gc(true); await Bun.sleep(2); }
      await done.promise;
      console.log(seen.slice(0, 3).join());
      process.exit();`);
    expect({ stdout, exitCode }).toEqual({ stdout: "note,note,note\n", exitCode: 0 });
  });
});

test("V8Sandbox.shutdownAll() ends all there are, and is a function to hand on", async () => {
  const { stdout, stderr, exitCode } = await runHost(`
    const sandboxes = [new V8Sandbox({ threads: 1 }), new V8Sandbox({ threads: 1 })];
    const isolates = await Promise.all(sandboxes.map((sandbox) => sandbox.createIsolate()));
    const { shutdownAll } = V8Sandbox;
    shutdownAll();
    shutdownAll();
    console.log(isolates.map(({ destroyed }) => destroyed).join());
    using other = new V8Sandbox({ threads: 1 });
    console.log(await (await other.createIsolate()).evaluate("1"));`);
  expect({ stdout, stderr, exitCode }).toEqual({ stdout: "true,true\n1\n", stderr: "", exitCode: 0 });
});

describe("bun --hot", () => {
  /** Runs a program, writes it anew each time it has printed a line, and returns its first lines. */
  async function reloaded(program: string, lines: number): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), "network-runtime-hot-"));
    const file = join(folder, "main.ts");
    const library = resolve(import.meta.dir, "../../lib/index.ts");
    const write = (version: number): void =>
      writeFileSync(file, `import { V8Sandbox } from ${JSON.stringify(library)};\n${program}\n// ${version}\n`);
    write(0);
    const child = Bun.spawn([process.execPath, "--hot", file], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    const seen: string[] = [];
    try {
      let text = "";
      for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const whole = text.split("\n");
        text = whole.pop()!;
        for (const line of whole) {
          seen.push(line);
          if (seen.length < lines) write(seen.length);
        }
        if (seen.length >= lines) break;
      }
      return seen.slice(0, lines);
    } finally {
      child.kill("SIGKILL");
      await child.exited;
      rmSync(folder, { recursive: true });
    }
  }

  const GENERATION = `
    globalThis.generation = (globalThis.generation ?? 0) + 1;
    const living = globalThis[Symbol.for("network-runtime.living-sandboxes")];
  `;

  test("what the code of before has made is shut down when it is loaded anew", async () => {
    const lines = await reloaded(
      `${GENERATION}
       globalThis.ended ??= [];
       const isolate = await new V8Sandbox({ threads: 1 }).createIsolate();
       isolate.onSystem("destroyed", ({ reason }) => globalThis.ended.push(reason));
       isolate.on("tick", () => {}).execute("setInterval(() => NETWORK.send('tick'), 5)");
       await isolate.evaluate("1");
       console.log(globalThis.generation, living.size, globalThis.ended.join());`,
      4,
    );
    expect(lines).toEqual(["1 1 ", "2 1 shutdown", "3 1 shutdown,shutdown", "4 1 shutdown,shutdown,shutdown"]);
  });

  test("but not what is to be kept", async () => {
    const lines = await reloaded(
      `${GENERATION}
       globalThis.kept ??= await new V8Sandbox({ threads: 1, hot: "keep" }).createIsolate();
       console.log(globalThis.generation, living.size, await globalThis.kept.evaluate("globalThis.n = (globalThis.n ?? 0) + 1"));`,
      3,
    );
    expect(lines).toEqual(["1 1 1", "2 1 2", "3 1 3"]);
  });
});
