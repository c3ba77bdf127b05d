// The wrappers between WebAssembly and JavaScript are shared by all isolates and added to under one lock. An isolate whose
// memory is used up must not end with that lock held.
import { attack, expect } from "../harness.ts";

/** Instantiates modules that import functions of types nobody has imported before. */
const wrap = (from: number, count: number): string => `for (let i = ${from}; i < ${from + count}; i++) {
  const parameters = [];
  for (let digit = 0; digit < 10; digit++) parameters.push(0x7f - ((i >> (2 * digit)) & 3));
  const type = [1, 0x60, 10, ...parameters, 0];
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, type.length, ...type, 2, 7, 1, 1, 0x61, 1, 0x62, 0, 0,
    3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 1, 10, 27, 1, 25, 0, 0x20, 0, 0x20, 1, 0x20, 2, 0x20, 3, 0x20, 4, 0x20, 5, 0x20, 6, 0x20, 7, 0x20, 8, 0x20, 9, 0x10, 0, 0x01, 0x0b];
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)), { a: { b: () => {} } });
  const values = parameters.map((type) => (type === 0x7e ? 0n : 0));
  for (let call = 0; call < 200; call++) exports.f(...values);
}`;

await attack({
  limits: { memoryMb: 16, cpuMs: 20_000 },
  leftMb: 64,
  peakMb: 160,
  host: async ({ sandbox, limits }) => {
    for (let n = 0; n < 20; n++) {
      const isolate = await sandbox.createIsolate(limits);
      // Full to a different degree each time, so that what is refused is now this, now that.
      const fill = `const kept = []; for (let i = 0; i < ${100 + 10 * n}; i++) kept.push(new Array(10_000).fill(i));`;
      await isolate.evaluate(`${fill} ${wrap(n * 1000, 300)}`).catch(() => {});
      isolate.destroy();
    }
    const next = await sandbox.createIsolate({ memoryMb: 64, cpuMs: 20_000 });
    await next.evaluate(wrap(900_000, 10));
    expect((await next.evaluate("1 + 1")) === 2, "nobody gets a wrapper any more");
    next.destroy();
  },
});
