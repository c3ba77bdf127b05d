import { expect, test } from "bun:test";
import { run, scriptFolder, start } from "./run.ts";

test("the documentation's first example runs with V8Sandbox as a global", async () => {
  using folder = scriptFolder({
    "script.js": `
      const sandbox = new V8Sandbox();
      const worker = await sandbox.createIsolate();
      worker.on('result', (data) => {
        console.log('Worker result:', data.answer, sandbox.threadCount(), String(worker));
        sandbox.shutdown();
      });
      worker.execute("NETWORK.on('compute', ({ x, y }) => NETWORK.send('result', { answer: x + y }))");
      worker.send('compute', { x: 5, y: 3 });`,
  });
  expect(await run(folder.path, "script.js", "3")).toEqual({
    stdout: "Worker result: 8 3 Isolate #0\n",
    stderr: "",
    exitCode: 0,
    signal: null,
  });
});

test("the CPU limit of the command line is the sandbox's default", async () => {
  using folder = scriptFolder({
    "script.js": `
      const sandbox = new V8Sandbox();
      const worker = await sandbox.createIsolate();
      worker.onSystem('terminated', ({ reason, limitMs }) => {
        console.log(reason, limitMs);
        sandbox.shutdown();
      });
      worker.execute('let i = 0; while (true) i++;');`,
  });
  const { stdout, stderr, exitCode } = await run(folder.path, "script.js", "2", "50");
  expect({ stdout, stderr, exitCode }).toEqual({ stdout: "cpu_limit_exceeded 50\n", stderr: "", exitCode: 0 });
});

test("the memory limit of the command line is the sandbox's default", async () => {
  using folder = scriptFolder({
    "script.js": `
      const sandbox = new V8Sandbox();
      const worker = await sandbox.createIsolate();
      worker.onSystem('terminated', ({ reason, limitMb }) => {
        console.log(reason, limitMb);
        sandbox.shutdown();
      });
      worker.execute('const arrays = []; while (true) arrays.push(new Array(1024).fill(1.5));');`,
  });
  const { stdout, stderr, exitCode } = await run(folder.path, "script.js", "--memory=32");
  expect({ stdout, stderr, exitCode }).toEqual({ stdout: "memory_limit_exceeded 32\n", stderr: "", exitCode: 0 });
});

test("the script's own options win over the command line's, and undefined is none", async () => {
  using folder = scriptFolder({
    "script.js": `
      const three = new V8Sandbox({ threads: 3 }), two = new V8Sandbox({ threads: undefined });
      console.log(three.threadCount(), two.threadCount(), V8Sandbox.name);
      three.shutdown();
      two.shutdown();`,
  });
  const { stdout, stderr, exitCode } = await run(folder.path, "script.js", "--threads=2");
  expect({ stdout, stderr, exitCode }).toEqual({ stdout: "3 2 V8Sandbox\n", stderr: "", exitCode: 0 });
});

test("signals reach the script, and one it does not handle ends the command", async () => {
  using folder = scriptFolder({
    "handles.js": `
      const sandbox = new V8Sandbox();
      const worker = await sandbox.createIsolate();
      process.on('SIGTERM', () => { console.log('stopping'); sandbox.shutdown(); process.exit(5); });
      console.log('ready');`,
    "ignores.js": `
      const sandbox = new V8Sandbox();
      await sandbox.createIsolate();
      console.log('ready');`,
  });
  const handles = start(folder.path, "handles.js");
  expect(await signalWhenReady(handles, "SIGTERM")).toBe("ready\nstopping\n");
  expect([await handles.exited, handles.signalCode]).toEqual([5, null]);

  const ignores = start(folder.path, "ignores.js");
  expect(await signalWhenReady(ignores, "SIGINT")).toBe("ready\n");
  await ignores.exited;
  expect(ignores.signalCode).toBe("SIGINT");
});

async function signalWhenReady(child: ReturnType<typeof start>, signal: NodeJS.Signals): Promise<string> {
  let output = "";
  for await (const chunk of child.stdout) {
    output += Buffer.from(chunk).toString();
    if (output === "ready\n") child.kill(signal);
  }
  return output;
}
