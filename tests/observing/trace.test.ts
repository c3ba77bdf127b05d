// NR_TRACE=1, and what of the library is loaded when nobody asks for more.
import { expect, test } from "bun:test";
import { join } from "node:path";

const lib = join(import.meta.dir, "../../lib");

async function bun(script: string, env: Record<string, string> = {}): Promise<{ out: string; err: string }> {
  const child = Bun.spawn([process.execPath, "-e", script], {
    ...{ stdout: "pipe", stderr: "pipe", stdin: "ignore" },
    env: { ...process.env, BUN_OPTIONS: "", ...env },
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await child.exited;
  return { out, err };
}

const program = `
  import { V8Sandbox } from ${JSON.stringify(join(lib, "index.ts"))};
  const sandbox = new V8Sandbox({ threads: 1 });
  const isolate = await sandbox.createIsolate();
  isolate.onConsole(() => {});
  isolate.on("done", () => {});
  isolate.onRequest("price", () => 3);
  await isolate.evaluate("console.log('a\\\\nb\\\\x1b[2J'); await NETWORK.request('price', { item }); NETWORK.send('done', 'x'.repeat(1e5)); 42", {
    args: { item: "tea" }, filename: "order.js" });
  await isolate.evaluate("for (;;);", { timeoutMs: 20 }).catch(() => {});
  console.log(await isolate.evaluate("6 * 7"));
  sandbox.shutdown();
`;

test("NR_TRACE=1 shows what crosses the boundary, a line each, in order", async () => {
  const { out, err } = await bun(program, { NR_TRACE: "1" });
  expect(out).toBe("42\n");
  const lines = err.trimEnd().split("\n");
  for (const line of lines) expect(line).toMatch(/^\[nr \d+\.\d{3} 0\/(\d+|-)\] [ -~]+$/);
  const shown = lines.map((line) => line.slice(line.indexOf("]") + 2));
  const expected = [
    /^sandbox, 1 threads, isolation (isolate|process)$/,
    /^create: memoryMb 128, cpuMs 10000$/,
    /^<- created$/,
    /^-> evaluate 1 "console\.log.* \(order\.js, \d+ bytes\)$/,
    /^<- console 'log' \{ text: 'a\\nb\\x1B\[2J', args: \[/,
    /^<- request \d+ 'price' \{ item: 'tea' \}$/,
    /^-> response \d+ 3$/,
    /^<- message \(\d{6} bytes\)$/,
    /^<- reply 1 42$/,
    /^-> cancel 2$/,
    /^<- reply 3 42$/,
    /^shutdown$/,
  ];
  let at = 0;
  for (const pattern of expected) {
    const found = shown.findIndex((line, index) => index >= at && pattern.test(line));
    expect([String(pattern), found >= at]).toEqual([String(pattern), true]);
    at = found + 1;
  }
});

test("what a debugger asks is shown by its name, what it is told by its beginning", async () => {
  const profiled = `
    import { V8Sandbox } from ${JSON.stringify(join(lib, "index.ts"))};
    const sandbox = new V8Sandbox({ threads: 1 });
    await (await sandbox.createIsolate()).cpuProfile(1);
    sandbox.shutdown();`;
  const { err } = await bun(profiled, { NR_TRACE: "1" });
  expect(err).toMatch(/\] -> inspect 1 profile\n/);
  expect(err).toMatch(/\] -> inspect 1 profile end\n/);
  expect(err).toMatch(/\] <- inspect 1 \{"id":\d+,"result":\{"profile":.+…\n/);
});

test("without it nothing is shown", async () => {
  const { out, err } = await bun(program, { NR_TRACE: "" });
  expect([out, err]).toEqual(["42\n", ""]);
});

test("import and use load neither traces, dashboards nor packages of others", async () => {
  const { out } = await bun(`
    import { V8Sandbox } from ${JSON.stringify(join(lib, "index.ts"))};
    using sandbox = new V8Sandbox({ threads: 1 });
    await (await sandbox.createIsolate()).evaluate("1");
    sandbox.metrics({ isolates: true });
    const files = [...Object.keys(require.cache), ...(globalThis.Loader?.registry.keys() ?? [])];
    console.log(files.filter((file) => /node_modules|lib.(trace|dashboard|loopback|prometheus|opentelemetry)\\//.test(file)).join());
    console.log(files.some((file) => file.includes("sandbox-core")));
  `);
  expect(out).toBe("\ntrue\n");
});
