/**
 * Random guest programs under small limits: each isolate ends its script, or is ended with a limit's reason; a neighbour's
 * results stay right all the while, and the process lives.
 */
import { SandboxError, V8Sandbox } from "../../lib/index.ts";
import type { DestroyedEvent, Isolate } from "../../lib/index.ts";
import { NEIGHBOUR, NEIGHBOUR_RESULT, program } from "./guest-programs.ts";
import { Run } from "./random.ts";

const run = new Run("guest program fuzz");
const { random } = run;
/** Far more than any limit below; only a hang takes as long. */
const PATIENCE_MS = 20_000;
const REASONS = /^(destroyed|cpu_limit_exceeded|wall_limit_exceeded|memory_limit_exceeded)$/;

const sandbox = new V8Sandbox({ threads: 2 });
const neighbour = await sandbox.createIsolate({ cpuMs: 0, memoryMb: 256 });
neighbour.execute(NEIGHBOUR);

let programs = 0;
const endings = new Map<string, number>();
while (!run.over) {
  const texts = Array.from({ length: 4 }, () => program(random));
  const checked = withinPatience(neighbour.evaluate("work()"), ["the neighbour"]);
  await Promise.all(texts.map((text) => withinPatience(one(text), [text])));
  const result = await checked;
  if (result !== NEIGHBOUR_RESULT)
    throw new Error(`the neighbour computed ${String(result)} beside\n${texts.join("\n---\n")}`);
}
await withinPatience(neighbour.evaluate("work()"), ["the neighbour, after it all"]);
await sandbox.shutdown();
console.log(`${programs} programs: ${[...endings].map(([reason, count]) => `${count} ${reason}`).join(", ")}`);
if (programs === 0) throw new Error("no program was run");

async function one(text: string): Promise<void> {
  const isolate = await sandbox.createIsolate({
    memoryMb: random.pick([16, 32, 64]),
    cpuMs: random.pick([20, 60, 150]),
    cpuTotalMs: 300,
    wallMs: random.pick([0, 400]),
    outboundBytesMax: random.pick([2048, 1 << 20]),
    timersMax: 100,
    requestsMax: 50,
    messageBytesMax: 1 << 20,
  });
  isolate.onSystem("error", () => {});
  isolate.onSystem("unhandledrejection", () => {});
  isolate.onRequest("r", (data) => data);
  isolate.onRequest("fail", () => {
    throw null;
  });
  isolate.on("m", (data) => {
    if (!isolate.destroyed && random.oneIn(3)) ignoreEnd(() => isolate.send("m", data));
  });
  const ended = new Promise<DestroyedEvent>((resolve) => isolate.onSystem("destroyed", resolve));
  ignoreEnd(() => isolate.execute(text));
  for (let n = random.below(4); n > 0; n--) ignoreEnd(() => isolate.send("m", [n]));
  await answered(isolate);
  isolate.destroy();
  const { reason } = await ended;
  if (!REASONS.test(reason)) throw new Error(`it ended: ${reason}`);
  endings.set(reason, (endings.get(reason) ?? 0) + 1);
  programs++;
}

/** Until the isolate has come past the program, or ended. */
async function answered(isolate: Isolate): Promise<void> {
  try {
    const answer = await isolate.evaluate("'past'", random.oneIn(4) ? { timeoutMs: 5 } : {});
    if (answer !== "past") throw new Error(`it answered ${String(answer)}`);
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
  }
}

function ignoreEnd(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
  }
}

async function withinPatience<T>(promise: Promise<T>, context: readonly string[]): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("hangs")), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } catch (error) {
    throw new Error(`in:\n${context.join("\n")}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
