/**
 * What a host does whose system refuses memory now and then: makes isolates and lets them do what takes memory of each kind.
 * Whatever becomes of a guest, it is told; and when isolates can be made again, they work. Prints what happened how often.
 */
import { SandboxError, V8Sandbox } from "../../lib/index.ts";

const ISOLATES = 48;
const AT_ONCE = 6;

const GUESTS = [
  `const all = []; for (;;) all.push(new Array(1000).fill(all.length));`,
  `const f = (n) => { let sum = 0; for (let i = 0; i < n; i++) sum += (Math.sqrt(i) * i) % 7; return sum; };
   let total = 0; for (let i = 0; i < 200; i++) total += f(10_000); total`,
  `const buffers = []; for (let i = 0; i < 40; i++) buffers.push(new ArrayBuffer(1 << 20)); buffers.length`,
  `const functions = []; for (let i = 0; i < 100; i++) functions.push(new Function("a", "a++;".repeat(500) + "return a + " + i)(i));
   functions.length`,
  `const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11]);
   let total = 0; for (let i = 0; i < 20; i++) total += new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.f(); total`,
  `const memories = []; for (let i = 0; i < 20; i++) memories.push(new WebAssembly.Memory({ initial: 1, maximum: 100 })); memories.length`,
  `let count = 0; for (let i = 0; i < 300; i++) count += new RegExp("x{" + (i % 50) + "}y|" + i).test("xxxyyy") ? 1 : 0; count`,
  `JSON.parse("[" + "1,".repeat(100_000) + "1]").length`,
  `(7n ** 50_000n * 3n ** 50_000n).toString().length`,
  `new Intl.DateTimeFormat("en", { dateStyle: "full" }).format(0) + new Intl.NumberFormat("de").format(1e6)`,
  `const buffer = new ArrayBuffer(1, { maxByteLength: 1 << 22 }); for (let i = 0; i < 16; i++) buffer.resize(i << 18); buffer.byteLength`,
  `for (;;);`,
];

const outcomes: Record<string, number> = {};
const note = (outcome: string): void => void (outcomes[outcome] = (outcomes[outcome] ?? 0) + 1);

const sandbox = new V8Sandbox({ threads: 2, memoryMb: 48, cpuMs: 200 });

async function one(script: string): Promise<void> {
  try {
    const isolate = await sandbox.createIsolate();
    const ended = new Promise<void>((resolve) => isolate.onSystem("destroyed", () => resolve()));
    await isolate.evaluate(script).then(
      () => note("answered"),
      (error: unknown) => note(error instanceof SandboxError ? error.code : String(error)),
    );
    isolate.destroy();
    await ended;
  } catch (error) {
    note(error instanceof SandboxError ? `creation ${error.code}` : String(error));
  }
}

for (let i = 0; i < ISOLATES; i += AT_ONCE) {
  await Promise.all(Array.from({ length: AT_ONCE }, (_, k) => one(GUESTS[(i + k) % GUESTS.length]!)));
}
console.log(JSON.stringify(outcomes));
process.exit(0);
