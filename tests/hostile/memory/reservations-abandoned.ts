// An isolate that dies inside V8 leaves its buffers to nobody: their addresses come back all the same.
import { attack, expect } from "../harness.ts";
import { addressSpaceMb } from "../memory-use.ts";

const reserve = `globalThis.kept = [];
  for (let i = 0; i < 4; i++) kept.push(new ArrayBuffer(0, { maxByteLength: 2 ** 32 }));
  for (let i = 0; i < 2; i++) kept.push(new WebAssembly.Memory({ initial: 1, maximum: 65536 }));`;
/** Sent or not, no other isolate may be given its addresses while V8 remembers them. */
const send = `const shared = new WebAssembly.Memory({ initial: 1, maximum: 16, shared: true });
  try { structuredClone(shared); } catch {}`;
/** The length is impossible, and V8 gives up. */
const die = `for (let text = "x"; ; ) { text = text.padEnd(2 ** 28); JSON.stringify({ text }); encodeURI(text + text); }`;

await attack({
  host: async ({ sandbox, bomb }) => {
    await bomb(`${reserve}; ${die}`, "memory_limit_exceeded");
    const before = addressSpaceMb();
    for (let i = 0; i < 20; i++) await bomb(`${reserve}; ${die}`, "memory_limit_exceeded");
    expect(sandbox.stats().contained > 0, "none of them died inside V8");
    const leftMb = addressSpaceMb() - before;
    // Each leaves the range for its code, which V8 remembers.
    expect(leftMb < 20 * 1024, `${leftMb.toFixed(0)} MiB of addresses stay reserved`);
    for (let i = 0; i < 5; i++) await bomb(`${reserve}; ${send}; ${die}`, "memory_limit_exceeded");
    const isolate = await sandbox.createIsolate();
    for (let i = 0; i < 20; i++) await isolate.evaluate(`{ ${send} }`);
    expect((await isolate.evaluate("1 + 1")) === 2, "another isolate's memories are confused with those of the dead");
    isolate.destroy();
  },
});
