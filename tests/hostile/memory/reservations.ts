// A resizable buffer and a WebAssembly memory reserve addresses for all that they may grow to, and cost no memory before they
// do. A process has only so many addresses, and mappings: the guest is refused long before the host would be.
import { attack, ended, expect, within } from "../harness.ts";
import type { Arena } from "../harness.ts";
import { addressSpaceMb, mappingCount } from "../memory-use.ts";

/** Makes more and more of them until it is refused, then smaller ones; the last thing that it does is to throw. */
const fill = (make: string): string => `
  globalThis.kept = [];
  let failure;
  for (let size = 2 ** 32; size >= 65536; size /= 16) {
    const end = Date.now() + 200;
    try { while (Date.now() < end) kept.push(${make}); } catch (error) { failure = error; }
  }
  if (failure) throw failure;`;

const pages = "Math.max(size / 65536 - 1, 1)";
/** Modules of ten memories of 4 GiB each. */
const module = `new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 5, 51, 10, ${"1, 0, 128, 128, 4, ".repeat(10)}]))`;

const guests = {
  "resizable buffers": fill("new ArrayBuffer(0, { maxByteLength: size })"),
  "growable shared buffers": `const Shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer.constructor;
    ${fill("new Shared(0, { maxByteLength: size })")}`,
  "empty memories": fill(`new WebAssembly.Memory({ initial: 0, maximum: ${pages} })`),
  "shared memories": fill(`new WebAssembly.Memory({ initial: 0, maximum: ${pages}, shared: true })`),
  "memories of a module": `const module = ${module}; ${fill("new WebAssembly.Instance(module)")}`,
  "memories of 64 bits": fill(`new WebAssembly.Memory({ initial: 0n, maximum: BigInt(${pages}), address: "i64" })`),
};

async function exhaust({ sandbox, limits }: Arena, what: string, guest: string): Promise<void> {
  const isolate = await sandbox.createIsolate(limits);
  const before = addressSpaceMb();
  const mappings = mappingCount();
  const name = await isolate.evaluate(guest).then(
    () => "nothing",
    (error: { guest?: { name?: string } }) => error.guest?.name,
  );
  expect(name === "RangeError", `${what}: ${name} instead of a RangeError`);
  expect((await isolate.evaluate("1 + 1")) === 2, `${what}: the isolate is not usable any more`);
  const reservedMb = addressSpaceMb() - before;
  expect(reservedMb < 80 * 1024, `${what}: ${reservedMb.toFixed(0)} MiB of addresses are reserved`);
  expect(mappingCount() - mappings < 8000, `${what}: ${mappingCount() - mappings} mappings are taken`);
  // Nobody else is refused anything.
  const other = await sandbox.createIsolate(limits);
  const bytes = await other.evaluate("new WebAssembly.Memory({ initial: 1, maximum: 65536 }).buffer.byteLength");
  expect(bytes === 65536, `${what}: another isolate got ${bytes} bytes`);
  other.destroy();
  // What is let go of can be had again.
  await isolate.evaluate("kept.length = 0");
  await isolate.evaluate("for (let i = 0; i < 200; i++) new ArrayBuffer(0, { maxByteLength: 2 ** 32 }); 0");
  isolate.destroy();
  await within(ended(isolate), 60_000, "destroyed");
  const leftMb = addressSpaceMb() - before;
  expect(leftMb < 1024, `${what}: ${leftMb.toFixed(0)} MiB of addresses stay reserved`);
}

await attack({
  limits: { cpuMs: 30_000 },
  host: async (arena) => {
    for (const [what, guest] of Object.entries(guests)) await exhaust(arena, what, guest);
  },
});
