/**
 * A program plays the child processes of a sandbox: at first as an engine would, then with bytes at random, with places in
 * rings that cannot be, with records that are right but for a field, with flipped bits, and with what else it can write to.
 * Whatever it does, every isolate ends, every call settles, and the host goes on.
 */
import { SandboxError, V8Sandbox } from "../../lib/index.ts";
import { loadLibrary } from "../../lib/ffi/library.ts";
import { root, zig, zigCacheOptions } from "../../scripts/setup/paths.mjs";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Run } from "./random.ts";

/** Longer than that is for ever. */
const PATIENCE_MS = 30_000;

const functions = loadLibrary();
const program = await build();
if (functions.nr_process_program(program, program.length) !== 0) throw new Error("the program was not taken");
const run = new Run("Hostile children");

const outcomes: Record<string, number> = {};
let ended = 0;
while (!run.over) await round();
console.log(`${ended} isolates ended: ${JSON.stringify(outcomes)}`);

async function round(): Promise<void> {
  const sandbox = new V8Sandbox({ isolation: "process", threads: 1, isolatesPerProcess: 4 });
  await Promise.all(Array.from({ length: 1 + run.random.below(6) }, () => one(sandbox)));
  await within(sandbox[Symbol.asyncDispose](), "shutdown");
}

async function one(sandbox: V8Sandbox): Promise<void> {
  const trustGroup = run.random.oneIn(2) ? "one" : "another";
  const created = sandbox.createIsolate({ trustGroup, messageBytesMax: 4096, mailboxBytesMax: 65_536 });
  const isolate = await within(created, "createIsolate()").catch(note);
  if (!isolate) return;
  isolate.on("m", () => {});
  isolate.onRequest("r", () => 1);
  for (let call = run.random.below(20); call > 0; call--) {
    try {
      const timeoutMs = run.random.oneIn(3) ? 1 + run.random.below(5) : 1000;
      if (run.random.oneIn(3)) isolate.send("m", "x".repeat(run.random.below(3000)));
      else await within(isolate.evaluate("21 * 2", { timeoutMs }), "evaluate()");
      isolate.stats();
      sandbox.stats();
    } catch (error) {
      note(error);
    }
  }
  // Also of one that has ended before anybody could listen.
  await within(isolate[Symbol.asyncDispose](), "destroyed");
  ended++;
}

function note(error: unknown): undefined {
  if (!(error instanceof SandboxError)) throw error;
  outcomes[error.code] = (outcomes[error.code] ?? 0) + 1;
}

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come`)), PATIENCE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** @returns the program's bytes */
async function build(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "hostile-child-"));
  try {
    const includes = ["-I", "engine/include", "-I", "engine/v8"];
    const modules = [
      "--dep",
      "engine",
      "-Mroot=tests/fuzz/hostile-child.zig",
      ...includes,
      "-Mengine=engine/tests.zig",
    ];
    const options = ["-target", "x86_64-linux-gnu.2.31", "-O", "ReleaseSafe", "-fllvm", "-lc", ...zigCacheOptions];
    const file = join(folder, "child");
    const child = Bun.spawn([zig, "build-exe", ...options, ...includes, ...modules, "-lc", `-femit-bin=${file}`], {
      cwd: root,
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit",
    });
    if ((await child.exited) !== 0) throw new Error("the hostile child could not be built");
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
