// V8 has one table of pointers to WebAssembly code for the process. Nobody may fill it, and what a module had of it comes
// back with it.
import { attack, expect } from "../harness.ts";

/** Compiles a module of so many empty functions, and keeps it. */
const compile = (count: number): string => `{
  const leb = (n) => { const bytes = []; do bytes.push((n & 127) | (n > 127 ? 128 : 0)); while ((n >>= 7) > 0); return bytes; };
  const list = (item) => { const bytes = new Uint8Array(${count} * item.length); for (let i = 0; i < bytes.length; i++) bytes[i] = item[i % item.length]; return bytes; };
  const parts = [[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0]];
  for (const [id, item] of [[3, [0]], [10, [2, 0, 0x0b]]]) {
    const items = list(item);
    const head = leb(${count});
    parts.push([id, ...leb(head.length + items.length), ...head], items);
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { bytes.set(part, at); at += part.length; }
  (globalThis.kept ??= []).push(new WebAssembly.Module(bytes));
}`;

await attack({
  limits: { memoryMb: 200, cpuMs: 30_000 },
  // What V8 keeps of functions is many small blocks, which are counted as leaked, and stay.
  leftMb: 128,
  host: async ({ sandbox, limits, bomb }) => {
    await bomb(`for (;;) ${compile(100_000)}`, "memory_limit_exceeded");
    // What comes and goes is not added up.
    const patient = await sandbox.createIsolate(limits);
    for (let n = 0; n < 40; n++) await patient.evaluate(`${compile(30_000)}; kept.length = 0; 1`);
    expect((await patient.evaluate("1 + 1")) === 2, "an isolate that compiles again and again was ended");
    patient.destroy();
  },
});
